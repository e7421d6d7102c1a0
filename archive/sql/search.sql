-- A text ends with the sign of the unit that made it (after.sql): one pair of characters in the index over pairs, so that
-- what a unit's people look for is found among the unit's own texts. It narrows; who may see a text the rule says.
CREATE OR REPLACE FUNCTION archive_unit_sign(unit bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $f$
  SELECT chr(31) || chr((983040 + unit % 65000)::int)  -- of the private use plane U+F0000
$f$;

-- In how many texts each of some pairs stands, "" for all texts: estimated by the sample, one for what it did not meet;
-- where nothing was sampled yet, counted by the index up to 1,000.
CREATE OR REPLACE FUNCTION archive_bigram_counts(bigrams text[]) RETURNS TABLE (bigram text, texts bigint)
LANGUAGE plpgsql STABLE AS $f$
BEGIN
  IF EXISTS (SELECT 1 FROM archive_bigramcount c WHERE c.bigram = '' AND c.texts > 0) THEN
    RETURN QUERY SELECT b::text, greatest(coalesce(c.texts, 1), 1)::bigint
      FROM unnest(bigrams[1:300] || ''::text) AS b LEFT JOIN archive_bigramcount c ON c.bigram = b;
  ELSE
    RETURN QUERY SELECT b::text, greatest(1, (SELECT count(*) FROM (
        SELECT 1 FROM archive_recordwords w WHERE cjk_bigrams(w.text_n) @> ARRAY[b] LIMIT 1000) x))
      FROM unnest(bigrams[1:300]) AS b;
    RETURN QUERY SELECT ''::text, count(*) FROM (SELECT 1 FROM archive_recordwords LIMIT 100000) x;
  END IF;
END $f$;

-- The pairs of about `wanted` texts, counted and scaled to all; returns how many pairs are kept.
CREATE OR REPLACE FUNCTION archive_sample_bigrams(wanted int, moment timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $f$
DECLARE
  total bigint := (SELECT count(*) FROM archive_recordwords);
  kept bigint;
BEGIN
  WITH s AS MATERIALIZED (
    SELECT w.text_n FROM archive_recordwords w TABLESAMPLE BERNOULLI (least(100, 100.0 * wanted / greatest(total, 1)))
  ), n AS (SELECT count(*) AS sampled FROM s)
  INSERT INTO archive_bigramcount AS c (bigram, texts, taken_at)
    SELECT '', total, moment
    UNION ALL
    SELECT b, round(count(*) * total::numeric / n.sampled), moment
    FROM s CROSS JOIN n CROSS JOIN LATERAL unnest(cjk_bigrams(s.text_n)) AS b
    WHERE strpos(b, chr(31)) = 0 GROUP BY b, n.sampled HAVING count(*) >= least(2, 1 + total - n.sampled)
  ON CONFLICT (bigram) DO UPDATE SET texts = EXCLUDED.texts, taken_at = EXCLUDED.taken_at;
  GET DIAGNOSTICS kept = ROW_COUNT;
  UPDATE archive_bigramcount SET texts = 0 WHERE taken_at < moment AND texts > 0;
  RETURN kept;
END $f$;

-- A search without a result: folded words and a count, no person. At most 1,000 rows a day and place, so that nobody fills
-- the table by typing; what comes after them is counted in the row without words. The portal's function calls this one.
CREATE OR REPLACE FUNCTION archive_found_nothing(words text, place text) RETURNS void
LANGUAGE plpgsql AS $f$
DECLARE
  today date := egov_today();
  kept text := left(words, 200);
BEGIN
  UPDATE archive_emptysearch e SET times = e.times + 1
   WHERE e.words = kept AND e.place = archive_found_nothing.place AND e.day = today;
  IF FOUND THEN
    RETURN;
  END IF;
  IF (SELECT count(*) FROM archive_emptysearch e WHERE e.day = today AND e.place = archive_found_nothing.place) >= 1000 THEN
    kept := '';
  END IF;
  INSERT INTO archive_emptysearch AS e (words, place, day, times) VALUES (kept, archive_found_nothing.place, today, 1)
  ON CONFLICT ON CONSTRAINT empty_search_once_a_day DO UPDATE SET times = e.times + 1;
END $f$;
