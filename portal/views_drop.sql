DROP FUNCTION IF EXISTS portal_search(text[], bigint, int, int, int), portal_facets(text[], bigint, int),
  portal_condition(text[], bigint, int), portal_found_nothing(text);
DROP VIEW IF EXISTS portal_withdrawn, portal_file, portal_record, portal_current, portal_unit;
