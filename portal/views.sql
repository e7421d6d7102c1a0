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

-- The condition on archive_recordtext t and archive_recordwords w that `words` mean; only the two functions below may call it.
CREATE FUNCTION portal_condition(words text[], unit bigint, in_year int) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $f$
DECLARE
  condition text := 't.is_public';  -- follows files_publication (archive/sql/after.sql)
  word text;
  pairs text[];
BEGIN
  IF coalesce(array_length(words, 1), 0) = 0 OR array_length(words, 1) > 10 THEN
    RETURN 'false';
  END IF;
  FOREACH word IN ARRAY words LOOP
    word := egov_fold_v1(left(word, 100));
    pairs := cjk_bigrams(word);
    IF pairs IS NOT NULL THEN
      condition := condition || format(' AND cjk_bigrams(w.text_n) @> %L::text[]', pairs);
    END IF;
    condition := condition || format(' AND strpos(w.text_n, %L) > 0', word);
  END LOOP;
  IF unit IS NOT NULL THEN
    condition := condition || format(' AND t.unit_id = %s', unit);
  END IF;
  IF in_year IS NOT NULL THEN
    condition := condition || format(' AND t.year = %s', in_year);
  END IF;
  RETURN condition;
END $f$;

-- Bounded full-text search over open records; a definer's function, so that the index can be used without
-- letting the portal's role near a row that is not open. `words` come as the visitor typed them.
CREATE FUNCTION portal_search(words text[], unit bigint, in_year int, page_size int, skip int)
RETURNS TABLE (record_id bigint, in_title boolean, total bigint, snippet text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $f$
BEGIN
  RETURN QUERY EXECUTE format(
    $q$WITH h AS MATERIALIZED (
       SELECT t.record_id, t.sorted_on, strpos(w.head_n, %1$L) > 0 AS in_title
       FROM archive_recordtext t JOIN archive_recordwords w USING (record_id) WHERE %2$s LIMIT 10001),
     p AS (SELECT h.* FROM h ORDER BY h.in_title DESC, h.sorted_on DESC, h.record_id DESC LIMIT %3$s OFFSET %4$s)
     SELECT p.record_id, p.in_title, (SELECT count(*) FROM h),
       substr(b.body, greatest(strpos(b.body, %1$L) - 36, 1), 72 + length(%1$L))
     FROM p JOIN archive_recordwords w USING (record_id) JOIN portal_record r ON r.id = p.record_id
     CROSS JOIN LATERAL (SELECT substr(w.text_n, length(w.head_n) + 2) AS body) b
     ORDER BY p.in_title DESC, p.sorted_on DESC, p.record_id DESC$q$,
    egov_fold_v1(left(words[1], 100)), portal_condition(words, unit, in_year),
    least(greatest(page_size, 1), 100), greatest(skip, 0));
END $f$;

-- How the hits spread over units and years; of the first 10,000 when there are more.
CREATE FUNCTION portal_facets(words text[], unit bigint, in_year int)
RETURNS TABLE (kind text, key bigint, hits bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $f$
BEGIN
  RETURN QUERY EXECUTE format(
    $q$WITH h AS MATERIALIZED (SELECT t.unit_id, t.year FROM archive_recordtext t
       JOIN archive_recordwords w USING (record_id) WHERE %s LIMIT 10000)
     SELECT 'unit', h.unit_id::bigint, count(*) FROM h GROUP BY 2
     UNION ALL SELECT 'year', h.year::bigint, count(*) FROM h GROUP BY 2$q$, portal_condition(words, unit, in_year));
END $f$;

-- A search without a result is counted by its words alone, never by the person.
CREATE FUNCTION portal_found_nothing(words text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $f$
  SELECT archive_found_nothing(words, 'portal')
$f$;

REVOKE ALL ON FUNCTION portal_condition(text[], bigint, int), portal_search(text[], bigint, int, int, int),
  portal_facets(text[], bigint, int), portal_found_nothing(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_search(text[], bigint, int, int, int), portal_facets(text[], bigint, int),
  portal_found_nothing(text) TO egov_portal, egov_app;
-- A view's functions are called with the visitor's own rights: these three compute with dates and read no table.
GRANT EXECUTE ON FUNCTION document_validity(date, date, date, date, date), egov_local_day(timestamptz), egov_today()
  TO egov_portal;
GRANT SELECT ON portal_unit, portal_record, portal_file, portal_current, portal_withdrawn TO egov_portal, egov_app;
