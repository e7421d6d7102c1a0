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

-- The columns that the visibility rule reads follow the record by themselves: no writer can forget them.
CREATE OR REPLACE FUNCTION record_text_follows() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE archive_recordtext t
  SET custodian_id = NEW.custodian_id, offered_to_id = NEW.offered_to_id, use_scope = NEW.use_scope
  WHERE t.record_id = NEW.id;
  RETURN NULL;
END $f$;
CREATE TRIGGER record_text_follows AFTER UPDATE OF custodian_id, offered_to_id, use_scope ON archive_record
  FOR EACH ROW WHEN ((OLD.custodian_id, OLD.use_scope) IS DISTINCT FROM (NEW.custodian_id, NEW.use_scope)
                     OR OLD.offered_to_id IS DISTINCT FROM NEW.offered_to_id)
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
