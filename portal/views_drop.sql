DROP FUNCTION IF EXISTS portal_search(jsonb, text, text[], jsonb, int, int), portal_piece(text, bigint, text[], int),
  portal_nearest(text[], float8[], jsonb), portal_bigram_counts(text[]), portal_condition(jsonb), portal_narrowing(jsonb),
  portal_found_nothing(text);
DROP VIEW IF EXISTS portal_release_item, portal_release, portal_withdrawn, portal_file, portal_record, portal_current, portal_words, portal_unit;
