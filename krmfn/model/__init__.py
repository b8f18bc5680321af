"""Values that everything else is made of: references, findings, quantities, names. Imports nothing else of krmfn."""
