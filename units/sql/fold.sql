-- Folding for search: NFKC, then one table character by character; twin of units/folding.py, which fills the tables in.
-- `translate` with the whole table takes seconds per megabyte, a `replace` next to nothing: the usual characters are
-- replaced unasked, the others only when a guard has met one; a text with many different ones (traditional script) is
-- made anew character by character, which takes the same time whatever it holds.
CREATE OR REPLACE FUNCTION egov_fold_v1(s text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $f$
DECLARE
  sources CONSTANT text := __SOURCES__;
  targets CONSTANT text := __TARGETS__;
  line text := normalize(s, NFKC);
  met text := '';
  one text;
  different int := 0;
BEGIN
  line := __USUAL__;
  IF line COLLATE "C" ~ __GUARD__ THEN
    met := regexp_replace(line COLLATE "C", __OTHERS__, '', 'g');
  END IF;
  WHILE met <> '' LOOP
    different := different + 1;
    IF different > 40 THEN
      RETURN (SELECT lower(string_agg(coalesce(__TABLE__::jsonb ->> l.c, l.c), '' ORDER BY l.n) COLLATE "C")
              FROM unnest(string_to_array(line, NULL)) WITH ORDINALITY AS l(c, n));
    END IF;
    one := left(met, 1);
    met := replace(met, one, '');
    IF strpos(sources, one) > 0 THEN
      line := replace(line, one, substr(targets, strpos(sources, one), 1));
    END IF;
  END LOOP;
  RETURN lower(line COLLATE "C");
END $f$;

-- Folded text with its numbers as they are counted: without 第 and leading zeros; twin of units.folding.plain_number.
CREATE OR REPLACE FUNCTION egov_plain_number(line text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $f$
  SELECT regexp_replace(
    regexp_replace(line COLLATE "C", '(?<![0-9])0+(?=[0-9]+[号期])|(?<=[第〕-])0+(?=[0-9])', '', 'g') COLLATE "C",
    '第(?=[0-9〇一二三四五六七八九十百千]+[号期])|(?<=.)第(?=[0-9]+$)', '', 'g')
$f$;

-- Chinese full-text search without an extension (design section 8): the pairs of neighbours in folded text, those that
-- begin at odd places and those at even ones. Cut out whole they cost three quarters of two characters put together.
-- COST 100000 keeps the planner from evaluating it row by row for frequent terms.
CREATE OR REPLACE FUNCTION cjk_bigrams(s text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT COST 100000 AS $f$
  SELECT array_agg(pair ORDER BY pair)
  FROM (SELECT DISTINCT m[1] COLLATE "C" AS pair
        FROM (SELECT regexp_matches(s, '..', 'g') UNION ALL SELECT regexp_matches(substr(s, 2), '..', 'g')) AS x(m)) AS once
$f$;
