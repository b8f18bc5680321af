"""Findings in the formats that people, editors and CI systems read: one module and one function for each."""
