CREATE INDEX recordtext_bigrams ON archive_recordwords USING gin (cjk_bigrams(text_n));
CREATE INDEX currentwords_bigrams ON archive_currentwords USING gin (cjk_bigrams(text_n));
-- Autovacuum's ANALYZE makes the pairs of up to 30,000 texts (2 ms each) for proportions that hardly change: as tables are
-- set it did so every minute of an import. Proportions are taken anew when there are five times as many texts.
ALTER TABLE archive_recordwords SET (autovacuum_analyze_threshold = 5000, autovacuum_analyze_scale_factor = 4);
ALTER TABLE archive_currentwords SET (autovacuum_analyze_threshold = 5000, autovacuum_analyze_scale_factor = 4);

-- What was written lately is sorted into the index: its owner alone may, so that the site asks for it (archive/indexing.py).
-- Returns how many pages were waiting.
CREATE OR REPLACE FUNCTION archive_sort_in_words() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $f$
  SELECT gin_clean_pending_list('recordtext_bigrams')
$f$;

-- No writer of words can forget the sign, and the unit of a record never changes: custody touches no words.
CREATE OR REPLACE FUNCTION record_words_signed() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE words text := NEW.text_n; signs text;
BEGIN
  WHILE words <> '' AND ascii(right(words, 1)) BETWEEN 983040 AND 1048575 AND left(right(words, 2), 1) = chr(31) LOOP
    words := left(words, -2);  -- written again as it stood, a text is not signed twice
  END LOOP;
  SELECT archive_unit_sign(t.unit_id)
      || CASE WHEN t.use_scope IN ('district', 'public') OR t.is_public THEN archive_unit_sign(0) ELSE '' END
    INTO signs FROM archive_recordtext t WHERE t.record_id = NEW.record_id;
  NEW.text_n := words || signs;
  RETURN NEW;
END $f$;
CREATE TRIGGER record_words_signed BEFORE INSERT OR UPDATE OF text_n ON archive_recordwords
  FOR EACH ROW EXECUTE FUNCTION record_words_signed();

CREATE OR REPLACE FUNCTION record_words_signed_anew() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE archive_recordwords SET text_n = text_n WHERE record_id = NEW.record_id;
  RETURN NULL;
END $f$;
CREATE TRIGGER record_scope_changed AFTER UPDATE OF use_scope, is_public ON archive_recordtext
  FOR EACH ROW WHEN ((OLD.use_scope, OLD.is_public) IS DISTINCT FROM (NEW.use_scope, NEW.is_public)) EXECUTE FUNCTION record_words_signed_anew();

-- What identifies a filed record is fixed: the code may be corrected with a reason, these never.
CREATE OR REPLACE FUNCTION record_identity_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF TG_OP = 'DELETE' OR (OLD.uid, OLD.unit_id, OLD.filed_at, OLD.filed_by_id) IS DISTINCT FROM
     (NEW.uid, NEW.unit_id, NEW.filed_at, NEW.filed_by_id) OR OLD.document_id IS DISTINCT FROM NEW.document_id THEN
    RAISE EXCEPTION 'The identity of a filed record is fixed.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $f$;
CREATE TRIGGER record_identity BEFORE UPDATE OR DELETE ON archive_record
  FOR EACH ROW EXECUTE FUNCTION record_identity_is_fixed();

-- 现保管期限: the period of filing, or the longer one that an approved 鉴定 gave (archive/effective.py).
CREATE OR REPLACE FUNCTION record_period_now(key bigint, filed text) RETURNS text LANGUAGE sql STABLE AS $f$
  SELECT CASE WHEN filed = 'Y' OR 'Y' = ANY(given) THEN 'Y' WHEN filed = 'D30' OR 'D30' = ANY(given) THEN 'D30'
              ELSE filed END
  FROM (SELECT array_agg(i.prolonged) AS given FROM archive_prolongation p
        JOIN archive_appraisalitem i ON i.id = p.item_id WHERE p.record_id = key) g
$f$;

-- What a search reads of a record beside its words follows the record by itself: no writer can forget it. The words, and
-- with them their index, are not touched.
CREATE OR REPLACE FUNCTION record_text_follows() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE archive_recordtext t
  SET custodian_id = NEW.custodian_id, offered_to_id = NEW.offered_to_id, use_scope = NEW.use_scope, year = NEW.year,
      sorted_on = coalesce(NEW.date, egov_local_day(NEW.filed_at)), retention_code = record_period_now(NEW.id, NEW.retention_code),
      kind = CASE NEW.direction WHEN 'internal' THEN 'internal' ELSE NEW.doc_type END, access_status = NEW.access_status
  WHERE t.record_id = NEW.id;
  RETURN NULL;
END $f$;
CREATE TRIGGER record_text_follows
  AFTER UPDATE OF custodian_id, offered_to_id, use_scope, year, date, retention_code, direction, doc_type, access_status
  ON archive_record
  FOR EACH ROW WHEN ((OLD.custodian_id, OLD.offered_to_id, OLD.use_scope, OLD.year, OLD.date, OLD.retention_code,
                      OLD.direction, OLD.doc_type, OLD.access_status)
                     IS DISTINCT FROM
                     (NEW.custodian_id, NEW.offered_to_id, NEW.use_scope, NEW.year, NEW.date, NEW.retention_code,
                      NEW.direction, NEW.doc_type, NEW.access_status))
  EXECUTE FUNCTION record_text_follows();

CREATE OR REPLACE FUNCTION record_text_is_prolonged() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE archive_recordtext t SET retention_code = record_period_now(r.id, r.retention_code)
  FROM archive_record r WHERE r.id = NEW.record_id AND t.record_id = r.id;
  RETURN NULL;
END $f$;
CREATE TRIGGER record_text_is_prolonged AFTER INSERT ON archive_prolongation
  FOR EACH ROW EXECUTE FUNCTION record_text_is_prolonged();

-- The public search finds by an index what has an open publication: the mark follows it in the same act.
CREATE OR REPLACE FUNCTION record_text_is_public() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE archive_recordtext t SET is_public = NEW.closed_at IS NULL
  FROM archive_record r WHERE r.uid = NEW.object_uid AND t.record_id = r.id;
  RETURN NULL;
END $f$;
CREATE TRIGGER record_text_is_public AFTER INSERT OR UPDATE OF closed_at ON files_publication
  FOR EACH ROW WHEN (NEW.kind = 'record') EXECUTE FUNCTION record_text_is_public();

-- The words of a current document follow its publication in the same act: made when it opens, hidden when it closes.
CREATE OR REPLACE FUNCTION current_words(current_uid uuid, opened boolean) RETURNS void LANGUAGE sql AS $f$
  INSERT INTO archive_currentwords AS w (current_id, unit_id, is_public, sorted_on, year, head_n, text_n)
  SELECT c.id, c.unit_id, opened, x.day, extract(year FROM x.day), h.head,
         h.head || egov_fold_v1(replace(concat_ws(chr(10), nullif(d.body, ''), c.summary, c.topic), chr(31), ''))
         || egov_fold_v1(chr(31) || u.name || chr(31))
  FROM documents_currentdocument c JOIN documents_document d ON d.id = c.document_id JOIN units_unit u ON u.id = c.unit_id
  CROSS JOIN LATERAL (SELECT coalesce(d.document_date, egov_local_day(d.created_at)) AS day) x
  CROSS JOIN LATERAL (SELECT egov_head(ARRAY[d.title, d.doc_number, c.index_no]) AS head) h
  WHERE c.uid = current_uid
  ON CONFLICT (current_id) DO UPDATE SET is_public = EXCLUDED.is_public, head_n = EXCLUDED.head_n, text_n = EXCLUDED.text_n
$f$;
CREATE OR REPLACE FUNCTION current_words_follow() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  PERFORM current_words(NEW.object_uid, NEW.closed_at IS NULL);
  RETURN NULL;
END $f$;
CREATE TRIGGER current_words_follow AFTER INSERT OR UPDATE OF closed_at ON files_publication
  FOR EACH ROW WHEN (NEW.kind = 'current') EXECUTE FUNCTION current_words_follow();
