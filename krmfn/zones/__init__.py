"""The rules that spread servers over availability zones."""
