"""Demo content: lessons and packages made by code alone, and the demo province's data."""
