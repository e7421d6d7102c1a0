-- Everything the portal can ever read. Made after every migration, dropped before (portal/apps.py).
-- security_barrier: a condition of the visitor's cannot run on a row that the view hides.
CREATE VIEW portal_unit WITH (security_barrier) AS
  SELECT id, code, name, short_name, category FROM units_unit;

-- What has no open publication is not here: a record, a file, a current document (files/publication.py).
CREATE VIEW portal_record WITH (security_barrier) AS
  SELECT r.id, r.uid, r.archival_code, r.title, r.author, r.doc_number, r.date, r.date_precision, r.year,
         r.retention_code, r.doc_type, r.page_count, p.opened_at, r.unit_id, u.name AS unit_name,
         u.short_name AS unit_short_name, f.code AS fonds_code, f.name AS fonds_name
  FROM files_publication p JOIN archive_record r ON r.uid = p.object_uid
  JOIN units_unit u ON u.id = r.unit_id JOIN archive_fonds f ON f.id = r.fonds_id
  WHERE p.kind = 'record' AND p.closed_at IS NULL;

CREATE VIEW portal_file WITH (security_barrier) AS
  SELECT c.id, c.uid, r.id AS record_id, c.role, c.seq, c.name AS filename, c.pages, s.sha256, s.bytes, s.mime,
         s.format_id
  FROM files_publicationfile c JOIN files_publication p ON p.id = c.publication_id
  JOIN archive_record r ON r.uid = p.object_uid JOIN files_storedfile s ON s.id = c.stored_file_id
  WHERE p.kind = 'record' AND p.closed_at IS NULL;

CREATE VIEW portal_current WITH (security_barrier) AS
  SELECT c.id, c.uid, c.index_no, d.title, d.doc_number, d.doc_type, d.document_date, c.topic, c.summary,
         document_validity(c.effective_from, c.expires_on, c.abolished_on, c.amended_on, egov_today()) AS validity,
         c.effective_from, c.expires_on, c.abolished_on, c.abolished_by, c.abolition_reason, c.amended_on, c.amended_by,
         p.opened_at, egov_local_day(p.opened_at) AS published_on, c.unit_id, u.name AS unit_name,
         u.short_name AS unit_short_name, d.body, s.sha256, s.bytes, f.pages
  FROM files_publication p
  JOIN documents_currentdocument c ON c.uid = p.object_uid
  JOIN documents_document d ON d.id = c.document_id
  JOIN units_unit u ON u.id = c.unit_id
  LEFT JOIN files_publicationfile f ON f.publication_id = p.id AND f.seq = 1
  LEFT JOIN files_storedfile s ON s.id = f.stored_file_id
  WHERE p.kind = 'current' AND p.closed_at IS NULL;

-- What was public and is not any more: when it ended and what the public is told, and nothing of what it was.
CREATE VIEW portal_withdrawn WITH (security_barrier) AS
  SELECT DISTINCT ON (p.object_uid) p.id, p.object_uid AS uid, p.kind, p.closed_at, p.withdrawal_reason AS reason
  FROM files_publication p
  WHERE NOT EXISTS (SELECT 1 FROM files_publication o WHERE o.object_uid = p.object_uid AND o.closed_at IS NULL)
  ORDER BY p.object_uid, p.closed_at DESC, p.id DESC;

-- 开放目录 as they were published, and of each what is still open: what was closed since is a number and nothing else.
CREATE VIEW portal_release WITH (security_barrier) AS
  SELECT r.id, r.uid, r.release_no AS number, r.published_at, u.name AS unit_name,
         count(p.id) FILTER (WHERE p.closed_at IS NULL) AS open_records,
         count(p.id) FILTER (WHERE p.closed_at IS NOT NULL) AS closed_records
  FROM archive_openinground r JOIN units_unit u ON u.id = r.unit_id
  LEFT JOIN archive_openingitem i ON i.round_id = r.id LEFT JOIN files_publication p ON p.id = i.publication_id
  WHERE r.state = 'published' GROUP BY r.id, u.name;

CREATE VIEW portal_release_item WITH (security_barrier) AS
  SELECT i.id, i.round_id AS release_id, a.id AS record_id, i.position, i.proposal = 'early' AS is_early
  FROM archive_openingitem i JOIN archive_openinground r ON r.id = i.round_id
  JOIN files_publication p ON p.id = i.publication_id JOIN archive_record a ON a.uid = p.object_uid
  WHERE r.state = 'published' AND p.closed_at IS NULL;

-- The condition on the folded words w that `words` mean: for each word one of its forms occurs; at most 10 of at most 6.
CREATE FUNCTION portal_condition(words jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $f$
DECLARE
  condition text := 'w.is_public';  -- follows files_publication (archive/sql/after.sql)
  forms jsonb;
  form text;
  either text[];
BEGIN
  IF jsonb_typeof(words) <> 'array' OR jsonb_array_length(words) NOT BETWEEN 1 AND 10 THEN
    RETURN 'false';
  END IF;
  FOR forms IN SELECT jsonb_array_elements(words) LOOP
    IF jsonb_typeof(forms) <> 'array' OR jsonb_array_length(forms) NOT BETWEEN 1 AND 6 THEN
      RETURN 'false';
    END IF;
    either := ARRAY[]::text[];
    FOR form IN SELECT left(jsonb_array_elements_text(forms), 400) LOOP
      IF form = '' THEN
        RETURN 'false';
      END IF;
      either := either || format('(%sstrpos(w.text_n, %L) > 0)',
        CASE WHEN length(form) > 1 THEN format('cjk_bigrams(w.text_n) @> %L::text[] AND ', cjk_bigrams(form)) END, form);
    END LOOP;
    condition := condition || ' AND (' || array_to_string(either, ' OR ') || ')';
  END LOOP;
  RETURN condition;
END $f$;

-- The same columns of open records and of current documents; only the functions below may read it.
CREATE VIEW portal_words AS
  SELECT 'record' AS kind, t.record_id AS key, t.unit_id, t.year::int, t.sorted_on, t.is_public, w.head_n, w.text_n, w.body
  FROM archive_recordtext t JOIN archive_recordwords w USING (record_id)
  UNION ALL
  SELECT 'current', w.current_id, w.unit_id, w.year::int, w.sorted_on, w.is_public, w.head_n, w.text_n, d.body
  FROM archive_currentwords w JOIN documents_currentdocument c ON c.id = w.current_id
  JOIN documents_document d ON d.id = c.document_id;

-- What `chosen` (kind, unit, year, each may be missing) narrows the words w to.
CREATE FUNCTION portal_narrowing(chosen jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $f$
  SELECT concat(' AND w.kind = ' || quote_literal(chosen ->> 'kind'), ' AND w.unit_id = ' || (chosen ->> 'unit')::bigint,
                ' AND w.year = ' || (chosen ->> 'year')::int)
$f$;

-- One page of open records and current documents, and how all hits spread; a definer's function, so that the index can
-- be used without letting the portal's role near a row that is not open. `words`: the folded forms of each word; `whole`:
-- the folded question; `names`: names of units that count as no hit of their parts. Bounded by 10,001 hits.
CREATE FUNCTION portal_search(words jsonb, whole text, names text[], chosen jsonb, page_size int, skip int) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $f$
DECLARE
  head text := 'w.head_n';
  name text;
  in_head text;
  found jsonb;
BEGIN
  FOREACH name IN ARRAY names[1:30] LOOP
    head := format('replace(%s, %L, chr(30))', head, left(name, 100));
  END LOOP;
  SELECT string_agg('(' || (SELECT string_agg(format('strpos(x.head, %L) > 0', f), ' OR ')
                            FROM jsonb_array_elements_text(one) AS f) || ')', ' AND ')
    INTO in_head FROM jsonb_array_elements(words) AS one WHERE portal_condition(words) <> 'false';
  EXECUTE format(
    $q$WITH h AS MATERIALIZED (
       SELECT w.kind, w.key, w.unit_id, w.year, w.sorted_on, (
         SELECT CASE WHEN strpos(w.head_n, %9$L || %1$L || chr(31)) > 0
                       OR strpos(w.head_n, %9$L || %2$L || chr(31)) > 0 THEN 3 WHEN %3$s THEN 2 ELSE 1 END
         FROM (SELECT %4$s AS head) x) AS fit
       FROM portal_words w WHERE %5$s %6$s LIMIT 10001),
     p AS (SELECT h.*, row_number() OVER (ORDER BY h.fit DESC, h.sorted_on DESC, h.kind, h.key DESC) AS place FROM h
           ORDER BY place LIMIT %7$s OFFSET %8$s)
     SELECT jsonb_build_object(
       'total', (SELECT count(*) FROM h),
       'hits', (SELECT jsonb_agg(jsonb_build_array(p.kind, p.key) ORDER BY p.place) FROM p),
       'kinds', (SELECT jsonb_object_agg(kind, n) FROM (SELECT kind, count(*) AS n FROM h GROUP BY 1) x),
       'units', (SELECT jsonb_object_agg(unit_id, n) FROM (SELECT unit_id, count(*) AS n FROM h GROUP BY 1) x),
       'years', (SELECT jsonb_object_agg(year, n) FROM (SELECT year, count(*) AS n FROM h GROUP BY 1) x))$q$,
    left(whole, 400), egov_plain_number(left(whole, 400)), coalesce(in_head, 'false'), head, portal_condition(words),
    portal_narrowing(chosen), least(greatest(page_size, 1), 100), greatest(skip, 0),
    CASE WHEN whole LIKE '〔%' THEN '' ELSE chr(31) END) INTO found;  -- a number without its beginning
  RETURN found;
END $f$;

-- The text as written that surely holds the first of `forms`, or the folded place `at` when it is given (archive/search/
-- snippets.py cuts it); of open rows alone.
CREATE FUNCTION portal_piece(of_kind text, of_key bigint, forms text[], at int) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $f$
  SELECT substr(w.body, greatest(x.place - 200, 1),
                greatest(length(w.body) - (length(w.text_n) - length(w.head_n)), 0) + 1000)
  FROM portal_words w CROSS JOIN LATERAL (
    SELECT coalesce(at, (SELECT nullif(strpos(substr(w.text_n, length(w.head_n) + 1), f), 0)
                         FROM unnest(forms[1:6]) AS f ORDER BY 1 NULLS LAST LIMIT 1), 1) AS place) x
  WHERE w.kind = of_kind AND w.key = of_key AND w.is_public
$f$;

-- The candidates of the nearest search (archive/search/nearest.py): texts of open rows by the weight of the given pairs.
CREATE FUNCTION portal_nearest(pairs text[], weights float8[], chosen jsonb)
RETURNS TABLE (kind text, key bigint, head text, rest text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $f$
BEGIN
  RETURN QUERY EXECUTE format(
    $q$WITH m AS MATERIALIZED (
       SELECT h.kind, h.key, sum(g.weight * CASE WHEN strpos(h.head_n, g.pair) > 0 THEN 2 ELSE 1 END) AS weight
       FROM unnest($1, $2) AS g(pair, weight) CROSS JOIN LATERAL (
         (SELECT 'record' AS kind, w.record_id AS key, w.head_n FROM archive_recordwords w
          WHERE cjk_bigrams(w.text_n) @> ARRAY[g.pair] LIMIT 30000)
         UNION ALL
         (SELECT 'current', w.current_id, w.head_n FROM archive_currentwords w
          WHERE cjk_bigrams(w.text_n) @> ARRAY[g.pair] LIMIT 30000)) h
       GROUP BY 1, 2)
     SELECT o.kind, o.key::bigint, o.head_n, o.rest
     FROM (SELECT * FROM m ORDER BY weight DESC, kind, key DESC OFFSET 0) m CROSS JOIN LATERAL (
       SELECT w.kind, w.key, w.head_n, substr(w.text_n, length(w.head_n) + 1, 100000) AS rest FROM portal_words w
       WHERE w.kind = m.kind AND w.key = m.key AND w.is_public %1$s OFFSET 0) o LIMIT 400$q$,
    portal_narrowing(chosen)) USING pairs[1:100], weights[1:100];
END $f$;

-- In how many texts pairs of characters stand, from the sample of all records: numbers, and of no record.
CREATE FUNCTION portal_bigram_counts(bigrams text[]) RETURNS TABLE (bigram text, texts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $f$
  SELECT * FROM archive_bigram_counts(bigrams)
$f$;

-- A search without a result is counted by its words alone, never by the person.
CREATE FUNCTION portal_found_nothing(words text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $f$
  SELECT archive_found_nothing(words, 'portal')
$f$;

REVOKE ALL ON portal_words FROM PUBLIC;
REVOKE ALL ON FUNCTION portal_condition(jsonb), portal_narrowing(jsonb), portal_search(jsonb, text, text[], jsonb, int, int),
  portal_piece(text, bigint, text[], int), portal_nearest(text[], float8[], jsonb), portal_bigram_counts(text[]),
  portal_found_nothing(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_search(jsonb, text, text[], jsonb, int, int), portal_piece(text, bigint, text[], int),
  portal_nearest(text[], float8[], jsonb), portal_bigram_counts(text[]), portal_found_nothing(text)
  TO egov_portal, egov_app;
-- A view's functions are called with the visitor's own rights: these three compute with dates and read no table.
GRANT EXECUTE ON FUNCTION document_validity(date, date, date, date, date), egov_local_day(timestamptz), egov_today()
  TO egov_portal;
GRANT SELECT ON portal_unit, portal_record, portal_file, portal_current, portal_withdrawn, portal_release,
  portal_release_item TO egov_portal, egov_app;
