"""Statistics on arrays: survey estimation, shares, poverty, inequality, change, editing, disclosure control.

No files, no database, no orchestration: functions take arrays and return estimates. Import the module that
bears the subject's name, for example `indicators.survey`.
"""
