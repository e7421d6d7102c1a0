-- Chinese full-text search without an extension (design section 8): normalisation and bigrams.
-- The same function serves column and query, so that they can never differ.
CREATE OR REPLACE FUNCTION egov_normalise(s text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $f$
  SELECT lower(regexp_replace(normalize(s, NFKC), '\s+', '', 'g'))
$f$;

-- COST 100000 keeps the planner from evaluating it row by row for frequent terms.
CREATE OR REPLACE FUNCTION cjk_bigrams(s text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 100000 AS $f$
  SELECT array_agg(DISTINCT c || d)
  FROM (SELECT c, lead(c) OVER () AS d FROM unnest(string_to_array(s, NULL)) AS c) x WHERE d IS NOT NULL
$f$;
