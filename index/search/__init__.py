"""What happens to a query: text -> Plan -> ranked documents -> hits."""
