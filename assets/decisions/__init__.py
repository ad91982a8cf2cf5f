"""The door for decisions of people: what is decided is held against what is there before it is recorded."""
