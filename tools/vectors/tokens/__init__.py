"""The cases of jwt_cases.py: making.py holds the parts, judges.py the judges, every other file one group."""
