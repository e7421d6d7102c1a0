CREATE INDEX recordtext_bigrams ON archive_recordwords USING gin (cjk_bigrams(text_n));

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

-- What a search reads of a record beside its words follows the record by itself: no writer can forget it. The words, and
-- with them their index, are not touched.
CREATE OR REPLACE FUNCTION record_text_follows() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE archive_recordtext t
  SET custodian_id = NEW.custodian_id, offered_to_id = NEW.offered_to_id, use_scope = NEW.use_scope, year = NEW.year,
      sorted_on = coalesce(NEW.date, egov_local_day(NEW.filed_at)), retention_code = NEW.retention_code,
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

-- The public search finds by an index what has an open publication: the mark follows it in the same act.
CREATE OR REPLACE FUNCTION record_text_is_public() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE archive_recordtext t SET is_public = NEW.closed_at IS NULL
  FROM archive_record r WHERE r.uid = NEW.object_uid AND t.record_id = r.id;
  RETURN NULL;
END $f$;
CREATE TRIGGER record_text_is_public AFTER INSERT OR UPDATE OF closed_at ON files_publication
  FOR EACH ROW WHEN (NEW.kind = 'record') EXECUTE FUNCTION record_text_is_public();
