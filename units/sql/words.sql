-- What something is called and numbered, folded (units/folding.py): its pieces, each between signs of its own, then those
-- with numbers once more as they are counted, without 第 and leading zeros.
CREATE OR REPLACE FUNCTION egov_head(pieces text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $f$
  SELECT chr(31) || coalesce(string_agg(line, chr(31) ORDER BY place), '') || chr(31)
  FROM (SELECT line, min(place) AS place
        FROM (SELECT egov_fold_v1(p.piece) AS folded, p.n FROM unnest(pieces) WITH ORDINALITY AS p(piece, n)) f
        CROSS JOIN LATERAL (VALUES (f.folded, f.n), (egov_plain_number(f.folded), 1000 + f.n)) AS x(line, place)
        WHERE line <> '' GROUP BY line) AS once
$f$;

-- The folded words of a task follow its title and detail by themselves; lists are filtered by them (units/matching.py).
CREATE OR REPLACE FUNCTION task_words() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  NEW.head_n := egov_head(NEW.title || string_to_array(NEW.detail, ' · '));
  RETURN NEW;
END $f$;
CREATE TRIGGER task_words BEFORE INSERT OR UPDATE OF title, detail ON units_task
  FOR EACH ROW EXECUTE FUNCTION task_words();
