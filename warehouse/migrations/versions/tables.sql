CREATE TABLE audit.access (
    jurisdiction VARCHAR NOT NULL,
    file_id VARCHAR NOT NULL,
    original_name VARCHAR NOT NULL,
    row_number BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    accessed_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entry_number BIGINT NOT NULL,
    entry_hash VARCHAR NOT NULL
);

CREATE UNIQUE INDEX access_key ON audit.access (entry_number, jurisdiction) NULLS NOT DISTINCT;

CREATE TABLE audit.area_result (
    rule_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    sender VARCHAR,
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    rows_examined BIGINT NOT NULL,
    rows_failed BIGINT NOT NULL
);

CREATE UNIQUE INDEX area_result_key ON audit.area_result (jurisdiction, time_period, table_name, rule_id, area_code, sender) NULLS NOT DISTINCT;

CREATE TABLE audit.chain_head (
    table_name VARCHAR NOT NULL,
    entries BIGINT NOT NULL,
    head_hash VARCHAR NOT NULL
);

CREATE UNIQUE INDEX chain_head_key ON audit.chain_head (table_name, head_hash) NULLS NOT DISTINCT;

CREATE TABLE audit.check_result (
    jurisdiction VARCHAR NOT NULL,
    rule_id VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    level BIGINT NOT NULL,
    severity VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    rows_examined BIGINT NOT NULL,
    rows_failed BIGINT NOT NULL,
    examples VARCHAR,
    run_id VARCHAR NOT NULL,
    rule_set_version VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entry_number BIGINT NOT NULL,
    entry_hash VARCHAR NOT NULL
);

CREATE UNIQUE INDEX check_result_key ON audit.check_result (run_id, jurisdiction, rule_id, table_name, time_period) NULLS NOT DISTINCT;

CREATE TABLE audit.decided_record (
    jurisdiction VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    decision_id BIGINT NOT NULL,
    file_id VARCHAR,
    row_number BIGINT,
    record_number BIGINT
);

CREATE UNIQUE INDEX decided_record_key ON audit.decided_record (jurisdiction, table_name, time_period, decision_id, file_id, record_number) NULLS NOT DISTINCT;

CREATE TABLE audit.decision (
    decision_id BIGINT NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    table_name VARCHAR,
    rule_ids VARCHAR,
    area_code VARCHAR,
    period_first VARCHAR,
    period_last VARCHAR,
    layout VARCHAR,
    file_id VARCHAR,
    row_number BIGINT,
    record_number BIGINT,
    record_key VARCHAR,
    changes VARCHAR,
    expires_on DATE,
    withdraws BIGINT,
    reason VARCHAR NOT NULL,
    decided_by VARCHAR NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reviewed_in VARCHAR,
    said VARCHAR NOT NULL,
    entry_number BIGINT NOT NULL,
    entry_hash VARCHAR NOT NULL
);

CREATE UNIQUE INDEX decision_key ON audit.decision (decision_id, jurisdiction) NULLS NOT DISTINCT;

CREATE TABLE audit.price_level (
    release_id BIGINT NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    index_kind VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    basis VARCHAR NOT NULL,
    source VARCHAR NOT NULL
);

CREATE UNIQUE INDEX price_level_key ON audit.price_level (release_id, jurisdiction, area_code, index_kind, time_period) NULLS NOT DISTINCT;

CREATE TABLE audit.quality_score (
    release_id BIGINT NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    sender VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    checks_held BIGINT NOT NULL,
    checks_made BIGINT NOT NULL,
    score DOUBLE PRECISION,
    rules_counted BIGINT NOT NULL,
    rules_not_evaluated BIGINT,
    due_on DATE,
    received_on DATE
);

CREATE UNIQUE INDEX quality_score_key ON audit.quality_score (release_id, jurisdiction, time_period, table_name, sender, dimension) NULLS NOT DISTINCT;

CREATE TABLE audit.quarantine (
    jurisdiction VARCHAR NOT NULL,
    file_id VARCHAR NOT NULL,
    original_name VARCHAR NOT NULL,
    row_number BIGINT NOT NULL,
    record_number BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    rule_ids VARCHAR NOT NULL,
    findings VARCHAR NOT NULL,
    raw_record VARCHAR NOT NULL,
    readings VARCHAR,
    status VARCHAR NOT NULL
);

CREATE UNIQUE INDEX quarantine_key ON audit.quarantine (jurisdiction, time_period, source, file_id, row_number, record_number) NULLS NOT DISTINCT;

CREATE TABLE audit.quarantine_rule (
    rule_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL,
    record_number BIGINT NOT NULL
);

CREATE UNIQUE INDEX quarantine_rule_key ON audit.quarantine_rule (jurisdiction, time_period, source, rule_id, file_id, row_number, record_number) NULLS NOT DISTINCT;

CREATE TABLE audit.release (
    release_id BIGINT NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    run_id VARCHAR NOT NULL,
    periods VARCHAR NOT NULL,
    inputs_hash VARCHAR NOT NULL,
    code_version VARCHAR NOT NULL,
    rule_set_version VARCHAR NOT NULL,
    manifest VARCHAR NOT NULL,
    signature VARCHAR,
    signing_key VARCHAR,
    entry_number BIGINT NOT NULL,
    entry_hash VARCHAR NOT NULL
);

CREATE UNIQUE INDEX release_key ON audit.release (release_id, jurisdiction) NULLS NOT DISTINCT;

CREATE TABLE audit.revision (
    release_id BIGINT NOT NULL,
    revised_release_id BIGINT NOT NULL,
    month VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    share_definition VARCHAR NOT NULL,
    estimator VARCHAR NOT NULL,
    negative_policy VARCHAR NOT NULL,
    sector VARCHAR NOT NULL,
    leaf VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    line_id VARCHAR NOT NULL,
    destination_code VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    programme VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    line_type VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    quantity VARCHAR NOT NULL,
    cause VARCHAR NOT NULL,
    value_before DOUBLE PRECISION,
    value_after DOUBLE PRECISION,
    effect DOUBLE PRECISION
);

CREATE UNIQUE INDEX revision_key ON audit.revision (release_id, table_name, jurisdiction, time_period, freq, area_code, domain, share_definition, estimator, negative_policy, sector, leaf, measure, line_id, destination_code, channel, purpose, programme, station, line_type, item, quantity, cause) NULLS NOT DISTINCT;

CREATE TABLE audit.rule (
    rule_id VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    jurisdiction VARCHAR,
    level BIGINT NOT NULL,
    severity VARCHAR NOT NULL,
    dimension VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    rationale VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    since_version VARCHAR NOT NULL,
    sql VARCHAR NOT NULL
);

CREATE UNIQUE INDEX rule_key ON audit.rule (rule_id, table_name, jurisdiction) NULLS NOT DISTINCT;

CREATE TABLE core.area_history (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    province_zh VARCHAR NOT NULL,
    prefecture_zh VARCHAR,
    level VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    valid_from VARCHAR NOT NULL,
    changed_in VARCHAR,
    successors VARCHAR,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX area_history_by_area ON core.area_history (jurisdiction, area_code);

CREATE TABLE core.association (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    village_code VARCHAR NOT NULL,
    association_id VARCHAR NOT NULL,
    name VARCHAR,
    industry VARCHAR NOT NULL,
    founded_on DATE NOT NULL,
    has_branch BOOLEAN NOT NULL,
    village_households BIGINT NOT NULL,
    members BIGINT NOT NULL,
    poor_members BIGINT NOT NULL,
    served_households BIGINT NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX association_by_area ON core.association (jurisdiction, area_code);

CREATE TABLE core.crop_base (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    village_code VARCHAR NOT NULL,
    product VARCHAR NOT NULL,
    area_mu DOUBLE PRECISION NOT NULL,
    film_area_mu DOUBLE PRECISION NOT NULL,
    large_area_mu DOUBLE PRECISION NOT NULL,
    growers BIGINT NOT NULL,
    large_growers BIGINT NOT NULL,
    bases BIGINT NOT NULL,
    is_professional BOOLEAN NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX crop_base_by_area ON core.crop_base (jurisdiction, area_code);

CREATE TABLE core.declared_list (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    list_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    declared_count BIGINT NOT NULL,
    entry VARCHAR NOT NULL,
    industry VARCHAR,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX declared_list_by_area ON core.declared_list (jurisdiction, area_code);

CREATE TABLE core.enterprise (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    enterprise_id VARCHAR NOT NULL,
    name VARCHAR,
    village_code VARCHAR,
    industry VARCHAR NOT NULL,
    is_leading BOOLEAN NOT NULL,
    registered_on DATE NOT NULL,
    workers BIGINT NOT NULL,
    poor_workers BIGINT NOT NULL,
    sale_value NUMERIC(18, 2) NOT NULL,
    linked_households BIGINT NOT NULL,
    linked_poor_households BIGINT NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX enterprise_by_area ON core.enterprise (jurisdiction, area_code);

CREATE TABLE core.fund_transaction (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    transaction_id VARCHAR NOT NULL,
    station VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    programme VARCHAR,
    project_id VARCHAR,
    area_code VARCHAR NOT NULL,
    payee VARCHAR,
    payee_account VARCHAR,
    line_type VARCHAR NOT NULL,
    amount NUMERIC(18, 2) NOT NULL,
    booked_on DATE NOT NULL,
    upstream_id VARCHAR,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX fund_transaction_by_area ON core.fund_transaction (jurisdiction, area_code);

CREATE TABLE core.household_income (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    household_id VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    area_type VARCHAR NOT NULL,
    persons BIGINT NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    stratum VARCHAR NOT NULL,
    psu VARCHAR NOT NULL,
    crop_net NUMERIC(18, 2),
    forestry_net NUMERIC(18, 2),
    livestock_net NUMERIC(18, 2),
    fishery_net NUMERIC(18, 2),
    wage_agri_net NUMERIC(18, 2),
    wage_local_net NUMERIC(18, 2),
    wage_away_net NUMERIC(18, 2),
    industry_net NUMERIC(18, 2),
    construction_net NUMERIC(18, 2),
    transport_net NUMERIC(18, 2),
    trade_net NUMERIC(18, 2),
    services_net NUMERIC(18, 2),
    other_business_net NUMERIC(18, 2),
    property_net NUMERIC(18, 2),
    transfer_public_net NUMERIC(18, 2),
    transfer_private_net NUMERIC(18, 2),
    remittance_net NUMERIC(18, 2),
    other_net NUMERIC(18, 2),
    net_income NUMERIC(18, 2) NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX household_income_by_area ON core.household_income (jurisdiction, area_code, psu);

CREATE TABLE core.industry_output (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    industry VARCHAR,
    product VARCHAR NOT NULL,
    line_type VARCHAR NOT NULL,
    opening_stock_tonnes DOUBLE PRECISION NOT NULL,
    output_tonnes DOUBLE PRECISION NOT NULL,
    marketed_tonnes DOUBLE PRECISION NOT NULL,
    output_value NUMERIC(18, 2) NOT NULL,
    sale_value NUMERIC(18, 2) NOT NULL,
    input_value NUMERIC(18, 2) NOT NULL,
    workers BIGINT NOT NULL,
    poor_workers BIGINT NOT NULL,
    certified_products BIGINT NOT NULL,
    is_leading BOOLEAN NOT NULL,
    in_agriculture BOOLEAN NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX industry_output_by_area ON core.industry_output (jurisdiction, area_code);

CREATE TABLE core.labour_export (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    period_start DATE,
    period_end DATE,
    area_code VARCHAR NOT NULL,
    origin_name VARCHAR,
    destination_code VARCHAR NOT NULL,
    destination_name VARCHAR,
    channel VARCHAR NOT NULL,
    industry VARCHAR,
    sex VARCHAR NOT NULL,
    persons BIGINT NOT NULL,
    person_times BIGINT,
    earnings_total NUMERIC(18, 2),
    earnings_per_person NUMERIC(18, 2),
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX labour_export_by_area ON core.labour_export (jurisdiction, area_code);

CREATE TABLE core.labour_training (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    village_code VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL,
    course VARCHAR NOT NULL,
    started_on DATE NOT NULL,
    ended_on DATE,
    certified_on DATE,
    placed_on DATE,
    destination_code VARCHAR,
    is_retained BOOLEAN,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX labour_training_by_area ON core.labour_training (jurisdiction, area_code);

CREATE TABLE core.linked_household (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    village_code VARCHAR NOT NULL,
    household_id VARCHAR NOT NULL,
    enterprise_id VARCHAR NOT NULL,
    link_kind VARCHAR NOT NULL,
    linked_on DATE NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX linked_household_by_area ON core.linked_household (jurisdiction, area_code);

CREATE TABLE core.price_index (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    index_kind VARCHAR NOT NULL,
    base VARCHAR NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX price_index_by_area ON core.price_index (jurisdiction, area_code);

CREATE TABLE core.project (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    project_id VARCHAR NOT NULL,
    project_name VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    village_code VARCHAR,
    purpose VARCHAR NOT NULL,
    payee_kind VARCHAR NOT NULL,
    approved_own NUMERIC(18, 2) NOT NULL,
    approved_poverty_fund NUMERIC(18, 2) NOT NULL,
    approved_credit NUMERIC(18, 2) NOT NULL,
    approved_foreign NUMERIC(18, 2) NOT NULL,
    approved_social NUMERIC(18, 2) NOT NULL,
    approved_on DATE NOT NULL,
    notice_on DATE,
    started_on DATE,
    finished_on DATE,
    linked_poor_households BIGINT,
    beneficiaries BIGINT,
    income_gain NUMERIC(18, 2),
    jobs BIGINT,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX project_by_area ON core.project (jurisdiction, area_code);

CREATE TABLE core.published_income (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    concept VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    is_derived BOOLEAN NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX published_income_by_area ON core.published_income (jurisdiction, area_code);

CREATE TABLE core.registry (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    village_code VARCHAR NOT NULL,
    household_id VARCHAR NOT NULL,
    batch VARCHAR NOT NULL,
    persons BIGINT NOT NULL,
    persons_away BIGINT NOT NULL,
    cause VARCHAR NOT NULL,
    entered_on DATE NOT NULL,
    exited_on DATE,
    returned_on DATE,
    net_income NUMERIC(18, 2) NOT NULL,
    labour_income NUMERIC(18, 2) NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX registry_by_area ON core.registry (jurisdiction, area_code);

CREATE TABLE core.target (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    quantity VARCHAR NOT NULL,
    products VARCHAR,
    amount DOUBLE PRECISION NOT NULL,
    comparison VARCHAR NOT NULL,
    base_year BIGINT NOT NULL,
    due_year BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    question VARCHAR,
    printed VARCHAR NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX target_by_area ON core.target (jurisdiction, area_code);

CREATE TABLE core.village_programme (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    village_code VARCHAR NOT NULL,
    village_name VARCHAR,
    batch VARCHAR,
    households BIGINT NOT NULL,
    persons BIGINT NOT NULL,
    net_income NUMERIC(18, 2) NOT NULL,
    planned_on DATE,
    started_on DATE,
    finished_on DATE,
    accepted_on DATE,
    water_works VARCHAR NOT NULL,
    road_works VARCHAR NOT NULL,
    power_works VARCHAR NOT NULL,
    housing_works VARCHAR NOT NULL,
    school_works VARCHAR NOT NULL,
    clinic_works VARCHAR NOT NULL,
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL
)
 PARTITION BY LIST (time_period);

CREATE INDEX village_programme_by_area ON core.village_programme (jurisdiction, area_code);

CREATE TABLE mart.fund_flow (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    programme VARCHAR,
    station VARCHAR NOT NULL,
    line_type VARCHAR NOT NULL,
    amount NUMERIC(18, 2) NOT NULL,
    lines BIGINT NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX fund_flow_by_area ON mart.fund_flow (area_code, time_period);

CREATE UNIQUE INDEX fund_flow_key ON mart.fund_flow (release_id, jurisdiction, time_period, area_code, channel, purpose, programme, station, line_type) NULLS NOT DISTINCT;

CREATE TABLE mart.fund_indicator (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    ci_low DOUBLE PRECISION,
    ci_high DOUBLE PRECISION,
    numerator DOUBLE PRECISION,
    denominator DOUBLE PRECISION,
    n_units BIGINT NOT NULL,
    unit VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX fund_indicator_by_area ON mart.fund_indicator (area_code, time_period);

CREATE UNIQUE INDEX fund_indicator_key ON mart.fund_indicator (release_id, jurisdiction, time_period, area_code, measure, item) NULLS NOT DISTINCT;

CREATE TABLE mart.income_change (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    base_period VARCHAR NOT NULL,
    n_periods BIGINT NOT NULL,
    value DOUBLE PRECISION,
    se DOUBLE PRECISION,
    ci_low DOUBLE PRECISION,
    ci_high DOUBLE PRECISION,
    df DOUBLE PRECISION,
    cv DOUBLE PRECISION,
    unit VARCHAR NOT NULL,
    n_households BIGINT NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX income_change_by_area ON mart.income_change (area_code, time_period);

CREATE UNIQUE INDEX income_change_key ON mart.income_change (release_id, jurisdiction, time_period, area_code, domain, measure, item) NULLS NOT DISTINCT;

CREATE TABLE mart.income_level (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    leaf VARCHAR NOT NULL,
    mean_per_household DOUBLE PRECISION,
    mean_per_household_se DOUBLE PRECISION,
    mean_per_person DOUBLE PRECISION,
    mean_per_person_se DOUBLE PRECISION,
    total DOUBLE PRECISION,
    total_se DOUBLE PRECISION,
    df DOUBLE PRECISION,
    n_households BIGINT NOT NULL,
    n_psu BIGINT NOT NULL,
    coverage DOUBLE PRECISION,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX income_level_by_area ON mart.income_level (area_code, time_period);

CREATE UNIQUE INDEX income_level_key ON mart.income_level (release_id, jurisdiction, time_period, area_code, domain, leaf) NULLS NOT DISTINCT;

CREATE TABLE mart.income_share (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    share_definition VARCHAR NOT NULL,
    estimator VARCHAR NOT NULL,
    negative_policy VARCHAR NOT NULL,
    sector VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    se DOUBLE PRECISION,
    ci_low DOUBLE PRECISION,
    ci_high DOUBLE PRECISION,
    df DOUBLE PRECISION,
    cv DOUBLE PRECISION,
    n_excluded BIGINT NOT NULL,
    n_households BIGINT NOT NULL,
    n_psu BIGINT NOT NULL,
    coverage DOUBLE PRECISION,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX income_share_by_area ON mart.income_share (area_code, time_period);

CREATE UNIQUE INDEX income_share_key ON mart.income_share (release_id, jurisdiction, time_period, area_code, domain, share_definition, estimator, negative_policy, sector) NULLS NOT DISTINCT;

CREATE TABLE mart.industry_indicator (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    numerator DOUBLE PRECISION,
    denominator DOUBLE PRECISION,
    n_units BIGINT NOT NULL,
    unit VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX industry_indicator_by_area ON mart.industry_indicator (area_code, time_period);

CREATE UNIQUE INDEX industry_indicator_key ON mart.industry_indicator (release_id, jurisdiction, time_period, area_code, measure, item) NULLS NOT DISTINCT;

CREATE TABLE mart.inequality (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    variant VARCHAR NOT NULL,
    leaf VARCHAR NOT NULL,
    line_id VARCHAR NOT NULL,
    line DOUBLE PRECISION,
    boundary VARCHAR,
    value DOUBLE PRECISION,
    se DOUBLE PRECISION,
    ci_low DOUBLE PRECISION,
    ci_high DOUBLE PRECISION,
    df DOUBLE PRECISION,
    cv DOUBLE PRECISION,
    n_excluded BIGINT NOT NULL,
    n_households BIGINT NOT NULL,
    n_psu BIGINT NOT NULL,
    coverage DOUBLE PRECISION,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX inequality_by_area ON mart.inequality (area_code, time_period);

CREATE UNIQUE INDEX inequality_key ON mart.inequality (release_id, jurisdiction, time_period, area_code, domain, measure, leaf, line_id) NULLS NOT DISTINCT;

CREATE TABLE mart.labour_export (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    destination_code VARCHAR NOT NULL,
    channel VARCHAR NOT NULL,
    persons BIGINT NOT NULL,
    persons_female BIGINT,
    person_times BIGINT,
    earnings_total DOUBLE PRECISION,
    earnings_per_person DOUBLE PRECISION,
    lines BIGINT NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX labour_export_by_area ON mart.labour_export (area_code, time_period);

CREATE UNIQUE INDEX labour_export_key ON mart.labour_export (release_id, jurisdiction, time_period, area_code, destination_code, channel) NULLS NOT DISTINCT;

CREATE TABLE mart.labour_half_year (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    numerator DOUBLE PRECISION,
    denominator DOUBLE PRECISION,
    n_units BIGINT NOT NULL,
    unit VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX labour_half_year_by_area ON mart.labour_half_year (area_code, time_period);

CREATE UNIQUE INDEX labour_half_year_key ON mart.labour_half_year (release_id, jurisdiction, time_period, area_code, measure, item) NULLS NOT DISTINCT;

CREATE TABLE mart.labour_indicator (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    numerator DOUBLE PRECISION,
    denominator DOUBLE PRECISION,
    n_units BIGINT NOT NULL,
    unit VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX labour_indicator_by_area ON mart.labour_indicator (area_code, time_period);

CREATE UNIQUE INDEX labour_indicator_key ON mart.labour_indicator (release_id, jurisdiction, time_period, area_code, measure, item) NULLS NOT DISTINCT;

CREATE TABLE mart.poverty (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    line_id VARCHAR NOT NULL,
    line DOUBLE PRECISION NOT NULL,
    line_freq VARCHAR NOT NULL,
    boundary VARCHAR NOT NULL,
    line_in_period DOUBLE PRECISION NOT NULL,
    price_period VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    se DOUBLE PRECISION,
    ci_low DOUBLE PRECISION,
    ci_high DOUBLE PRECISION,
    df DOUBLE PRECISION,
    cv DOUBLE PRECISION,
    n_excluded BIGINT NOT NULL,
    n_households BIGINT NOT NULL,
    n_psu BIGINT NOT NULL,
    coverage DOUBLE PRECISION,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX poverty_by_area ON mart.poverty (area_code, time_period);

CREATE UNIQUE INDEX poverty_key ON mart.poverty (release_id, jurisdiction, time_period, area_code, domain, measure, line_id) NULLS NOT DISTINCT;

CREATE TABLE mart.psu_total (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    area_type VARCHAR NOT NULL,
    stratum VARCHAR NOT NULL,
    psu VARCHAR NOT NULL,
    n_households BIGINT NOT NULL,
    households DOUBLE PRECISION NOT NULL,
    persons DOUBLE PRECISION NOT NULL,
    crop_net DOUBLE PRECISION NOT NULL,
    forestry_net DOUBLE PRECISION NOT NULL,
    livestock_net DOUBLE PRECISION NOT NULL,
    fishery_net DOUBLE PRECISION NOT NULL,
    wage_agri_net DOUBLE PRECISION NOT NULL,
    wage_local_net DOUBLE PRECISION NOT NULL,
    wage_away_net DOUBLE PRECISION NOT NULL,
    industry_net DOUBLE PRECISION NOT NULL,
    construction_net DOUBLE PRECISION NOT NULL,
    transport_net DOUBLE PRECISION NOT NULL,
    trade_net DOUBLE PRECISION NOT NULL,
    services_net DOUBLE PRECISION NOT NULL,
    other_business_net DOUBLE PRECISION NOT NULL,
    property_net DOUBLE PRECISION NOT NULL,
    transfer_public_net DOUBLE PRECISION NOT NULL,
    transfer_private_net DOUBLE PRECISION NOT NULL,
    remittance_net DOUBLE PRECISION NOT NULL,
    other_net DOUBLE PRECISION NOT NULL,
    net_income DOUBLE PRECISION NOT NULL
);

CREATE INDEX psu_total_by_area ON mart.psu_total (area_code, time_period);

CREATE UNIQUE INDEX psu_total_key ON mart.psu_total (release_id, jurisdiction, time_period, area_code, area_type, stratum, psu) NULLS NOT DISTINCT;

CREATE TABLE mart.registry_indicator (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    numerator DOUBLE PRECISION,
    denominator DOUBLE PRECISION,
    n_units BIGINT NOT NULL,
    unit VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX registry_indicator_by_area ON mart.registry_indicator (area_code, time_period);

CREATE UNIQUE INDEX registry_indicator_key ON mart.registry_indicator (release_id, jurisdiction, time_period, area_code, measure, item) NULLS NOT DISTINCT;

CREATE TABLE mart.target_progress (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    numerator DOUBLE PRECISION,
    denominator DOUBLE PRECISION,
    n_units BIGINT NOT NULL,
    unit VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX target_progress_by_area ON mart.target_progress (area_code, time_period);

CREATE UNIQUE INDEX target_progress_key ON mart.target_progress (release_id, jurisdiction, time_period, area_code, measure, item) NULLS NOT DISTINCT;

CREATE TABLE mart.village_indicator (
    jurisdiction VARCHAR NOT NULL,
    release_id BIGINT NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    value DOUBLE PRECISION,
    numerator DOUBLE PRECISION,
    denominator DOUBLE PRECISION,
    n_units BIGINT NOT NULL,
    unit VARCHAR NOT NULL,
    obs_status VARCHAR NOT NULL,
    obs_note VARCHAR,
    conf_status VARCHAR NOT NULL,
    conf_note VARCHAR
);

CREATE INDEX village_indicator_by_area ON mart.village_indicator (area_code, time_period);

CREATE UNIQUE INDEX village_indicator_key ON mart.village_indicator (release_id, jurisdiction, time_period, area_code, measure, item) NULLS NOT DISTINCT;

CREATE TABLE raw.intake_file (
    file_id VARCHAR NOT NULL,
    jurisdiction VARCHAR NOT NULL,
    source VARCHAR,
    layout VARCHAR NOT NULL,
    original_name VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    encoding VARCHAR,
    period_first VARCHAR,
    period_last VARCHAR,
    months VARCHAR,
    companions VARCHAR NOT NULL,
    rows_read BIGINT,
    rows_accepted BIGINT,
    rows_quarantined BIGINT,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    code_version VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR
);

CREATE UNIQUE INDEX intake_file_key ON raw.intake_file (jurisdiction, file_id, original_name, layout) NULLS NOT DISTINCT;

CREATE TABLE raw.reporting (
    jurisdiction VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    freq VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    area_type VARCHAR NOT NULL,
    households_expected BIGINT NOT NULL,
    households_reporting BIGINT NOT NULL
);

CREATE UNIQUE INDEX reporting_key ON raw.reporting (jurisdiction, time_period, area_code, area_type) NULLS NOT DISTINCT;

CREATE TABLE ref.area (
    jurisdiction VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    name_zh VARCHAR,
    level VARCHAR NOT NULL,
    parent_code VARCHAR,
    valid_from VARCHAR NOT NULL,
    valid_to VARCHAR
);

CREATE UNIQUE INDEX area_key ON ref.area (jurisdiction, area_code, valid_from) NULLS NOT DISTINCT;

CREATE TABLE ref.area_event (
    jurisdiction VARCHAR NOT NULL,
    effective_month VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    from_code VARCHAR,
    from_name_zh VARCHAR,
    to_code VARCHAR,
    to_name_zh VARCHAR
);

CREATE UNIQUE INDEX area_event_key ON ref.area_event (jurisdiction, effective_month, kind, from_code, to_code) NULLS NOT DISTINCT;

CREATE TABLE ref.area_set (
    jurisdiction VARCHAR NOT NULL,
    set_code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    name_zh VARCHAR,
    kind VARCHAR NOT NULL,
    base_month VARCHAR,
    member_code VARCHAR NOT NULL,
    extent VARCHAR NOT NULL,
    valid_from VARCHAR NOT NULL,
    valid_to VARCHAR,
    note VARCHAR
);

CREATE UNIQUE INDEX area_set_key ON ref.area_set (jurisdiction, set_code, member_code, valid_from) NULLS NOT DISTINCT;

CREATE TABLE ref.code_list (
    code_list VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    valid_from VARCHAR,
    valid_to VARCHAR
);

CREATE UNIQUE INDEX code_list_key ON ref.code_list (code_list, code) NULLS NOT DISTINCT;

CREATE TABLE ref.income_source (
    jurisdiction VARCHAR NOT NULL,
    share_definition VARCHAR NOT NULL,
    sector VARCHAR NOT NULL,
    leaf VARCHAR NOT NULL,
    in_denominator BOOLEAN NOT NULL
);

CREATE UNIQUE INDEX income_source_key ON ref.income_source (jurisdiction, share_definition, sector, leaf) NULLS NOT DISTINCT;

CREATE TABLE ref.poverty_line (
    jurisdiction VARCHAR NOT NULL,
    line_id VARCHAR NOT NULL,
    standard VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    amount DOUBLE PRECISION NOT NULL,
    amount_freq VARCHAR NOT NULL,
    currency VARCHAR NOT NULL,
    price_period VARCHAR NOT NULL,
    announced_on DATE NOT NULL,
    boundary VARCHAR NOT NULL,
    source VARCHAR NOT NULL
);

CREATE UNIQUE INDEX poverty_line_key ON ref.poverty_line (jurisdiction, line_id) NULLS NOT DISTINCT;

CREATE TABLE ref.price_index (
    jurisdiction VARCHAR NOT NULL,
    area_code VARCHAR NOT NULL,
    index_kind VARCHAR NOT NULL,
    time_period VARCHAR NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    basis VARCHAR NOT NULL,
    source VARCHAR NOT NULL
);

CREATE UNIQUE INDEX price_index_key ON ref.price_index (jurisdiction, area_code, index_kind, time_period) NULLS NOT DISTINCT;
