-- Everything the portal can ever read. Made after every migration, dropped before (portal/apps.py).
-- security_barrier: a condition of the visitor's cannot run on a row that the view hides.
CREATE VIEW portal_unit WITH (security_barrier) AS
  SELECT id, code, name, short_name, category FROM units_unit;

CREATE VIEW portal_record WITH (security_barrier) AS
  SELECT r.id, r.uid, r.archival_code, r.title, r.author, r.doc_number, r.date, r.date_precision, r.year,
         r.retention_code, r.doc_type, r.page_count, r.opened_at, r.unit_id, u.name AS unit_name,
         u.short_name AS unit_short_name, f.code AS fonds_code, f.name AS fonds_name
  FROM archive_record r JOIN units_unit u ON u.id = r.unit_id JOIN archive_fonds f ON f.id = r.fonds_id
  WHERE r.access_status = 'open' AND r.state = 'accessioned';

CREATE VIEW portal_file WITH (security_barrier) AS
  SELECT c.id, c.uid, c.record_id, c.role, c.seq, c.filename, c.pages, s.sha256, s.bytes, s.mime, s.format_id
  FROM archive_component c JOIN archive_record r ON r.id = c.record_id JOIN files_storedfile s ON s.id = c.stored_file_id
  WHERE r.access_status = 'open' AND r.state = 'accessioned' AND c.superseded_at IS NULL
    AND c.role IN ('original', 'attachment', 'converted', 'copy');

CREATE VIEW portal_current WITH (security_barrier) AS
  SELECT c.id, c.uid, c.index_no, d.title, d.doc_number, d.doc_type, d.document_date, c.topic, c.summary, c.validity,
         c.effective_from, c.expires_on, c.published_on, c.unit_id, u.name AS unit_name, u.short_name AS unit_short_name,
         CASE WHEN c.withdrawn_at IS NULL THEN d.body ELSE '' END AS body,
         c.withdrawn_at IS NOT NULL AS is_withdrawn, c.withdrawal_reason,
         CASE WHEN c.withdrawn_at IS NULL THEN s.sha256 END AS sha256, s.bytes, p.pages
  FROM documents_currentdocument c
  JOIN documents_document d ON d.id = c.document_id
  JOIN units_unit u ON u.id = c.unit_id
  LEFT JOIN LATERAL (SELECT stored_file_id, pages FROM documents_rendition
                     WHERE document_id = d.id AND kind = 'page' ORDER BY id DESC LIMIT 1) p ON true
  LEFT JOIN files_storedfile s ON s.id = p.stored_file_id;

-- The condition on archive_recordtext t and archive_recordwords w that `words` mean; only the two functions below may call it.
CREATE FUNCTION portal_condition(words text[], unit bigint, in_year int) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $f$
DECLARE
  condition text := $q$t.access_status = 'open'$q$;
  word text;
  pairs text[];
BEGIN
  IF coalesce(array_length(words, 1), 0) = 0 OR array_length(words, 1) > 10 THEN
    RETURN 'false';
  END IF;
  FOREACH word IN ARRAY words LOOP
    word := egov_normalise(left(word, 100));
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
     FROM p JOIN archive_recordwords w USING (record_id)
     CROSS JOIN LATERAL (SELECT substr(w.text_n, length(w.head_n) + 2) AS body) b
     ORDER BY p.in_title DESC, p.sorted_on DESC, p.record_id DESC$q$,
    egov_normalise(left(words[1], 100)), portal_condition(words, unit, in_year),
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
  INSERT INTO archive_emptysearch (words, place, day, times) VALUES (left(words, 200), 'portal', current_date, 1)
  ON CONFLICT (words, place, day) DO UPDATE SET times = archive_emptysearch.times + 1
$f$;

REVOKE ALL ON FUNCTION portal_condition(text[], bigint, int), portal_search(text[], bigint, int, int, int),
  portal_facets(text[], bigint, int), portal_found_nothing(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal_search(text[], bigint, int, int, int), portal_facets(text[], bigint, int),
  portal_found_nothing(text) TO egov_portal, egov_app;
GRANT SELECT ON portal_unit, portal_record, portal_file, portal_current TO egov_portal, egov_app;
