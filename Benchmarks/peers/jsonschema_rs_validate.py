"""jsonschema_rs_validate.py SCHEMA FILE json|orjson: validates every line of a file."""

import json
import sys

import jsonschema_rs
import orjson

schema, path, parser = sys.argv[1:]
parse = {"json": json.loads, "orjson": orjson.loads}[parser]
validator = jsonschema_rs.validator_for(json.load(open(schema)))
bad = 0
with open(path, "rb") as file:
    for line in file:
        if not validator.is_valid(parse(line)):
            bad += 1
print(bad)
