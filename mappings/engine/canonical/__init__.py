"""The canonical models: one typed form per kind of business document, whatever the partner sent.

Terms follow OASIS UBL 2.x. Instances are JSON documents: decimals are strings, dates are ISO 8601, absent
values are left out. `schema.py` knows every model by its name ("order/1") and publishes its JSON Schema.
"""
