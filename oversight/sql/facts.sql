-- The days of a document that the filing rate counts with (practice 3), kept in a narrow table of their own: a page over
-- a year of the whole district reads that alone. They are computed here, from the documents themselves, and follow every
-- act by triggers; a chore compares all of them once a day, because an owner may switch triggers off.
CREATE OR REPLACE FUNCTION oversight_facts_now(ids bigint[]) RETURNS TABLE (
  document_id bigint, unit_id bigint, base_on date, handled_on date, completed_on date, filed_on date,
  not_to_file_on date, repair_from date[], repair_to date[], registered_on date)
LANGUAGE sql STABLE AS $f$
  SELECT d.id, d.unit_id, least(n.handled, n.completed), n.handled, n.completed, egov_local_day(r.filed_at),
         -- the day stays where it was filed after all: before that it was not to be filed
         egov_local_day(coalesce(d.not_to_file_at, CASE WHEN d.not_to_file <> '' THEN d.completed_at END)),
         m.opened, m.closed,
         CASE WHEN n.is_out THEN NULL WHEN d.direction = 'incoming' THEN egov_local_day(d.registered_at)
              WHEN d.direction = 'outgoing' THEN egov_local_day(d.numbered_at)
              WHEN d.state NOT IN ('drafting', 'in_review') THEN egov_local_day(d.created_at) END
  FROM documents_document d
  LEFT JOIN archive_record r ON r.document_id = d.id
  LEFT JOIN LATERAL (  -- every repair, not the last one: a past day is asked about too
    SELECT array_agg(egov_local_day(t.opened_at) ORDER BY t.opened_at, t.id) AS opened,
           array_agg(egov_local_day(t.closed_at) ORDER BY t.closed_at, t.id) FILTER (WHERE t.closed_at IS NOT NULL) AS closed
    FROM units_task t WHERE t.subject_uid = r.uid AND t.kind = 'mend') m ON true
  LEFT JOIN LATERAL (  -- steps of handling: what is neither 传阅 nor the completion itself
    SELECT max(s.closed_at) FILTER (WHERE s.state = 'done') AS last_done,
           coalesce(bool_or(s.state IN ('ahead', 'open')), false) AS waiting,
           coalesce(bool_or(s.state = 'done' AND s.kind NOT IN ('sign_for', 'register')), false) AS worked,
           min(s.closed_at) FILTER (WHERE s.state = 'done' AND s.kind = 'propose') AS proposed,
           max(s.closed_at) FILTER (WHERE s.state = 'done' AND s.kind = 'instruct') AS instructed,
           coalesce(bool_or(s.state IN ('ahead', 'open') AND s.kind = 'instruct'), false) AS instructing
    FROM documents_routerun u JOIN documents_steprun s ON s.run_id = u.id
    WHERE u.document_id = d.id AND d.direction <> 'outgoing' AND s.kind NOT IN ('complete', 'read')) s ON true
  CROSS JOIN LATERAL (
    SELECT d.state IN ('voided', 'returned_to_sender', 'recalled', 'replaced') AS is_out,
      CASE
        WHEN d.joint_copy THEN d.dispatched_at  -- co-issuer: dispatch
        WHEN d.direction = 'outgoing' AND d.doc_type <> 'request_for_instruction' THEN d.dispatched_at
        WHEN d.direction = 'outgoing' AND d.dispatched_at IS NOT NULL THEN least(  -- 请示: 批复 registered, or waived
          (SELECT min(i.registered_at) FROM documents_document p
             JOIN documents_document i ON i.issued_id = p.id AND i.unit_id = d.unit_id
            WHERE p.replies_to_id = d.id AND p.doc_type = 'reply_to_request'),
          CASE WHEN d.reply_waived <> '' THEN coalesce(
            (SELECT min(e.at) FROM units_auditevent e WHERE e.object_uid = d.uid AND e.verb = 'waive_reply'),
            d.completed_at, d.changed_at) END)
        WHEN d.direction = 'incoming' AND d.handling_kind = 'for_reading' THEN least(s.proposed,  -- circulation ordered
          (SELECT min(t.opened_at) FROM units_task t WHERE t.subject_uid = d.uid AND t.kind = 'read'))
        WHEN d.direction = 'incoming' AND s.worked AND NOT s.waiting THEN s.last_done
        WHEN d.direction = 'internal' AND NOT s.instructing THEN s.instructed
      END AS handled_at) h
  CROSS JOIN LATERAL (
    SELECT h.is_out, CASE WHEN NOT h.is_out THEN egov_local_day(h.handled_at) END AS handled,
           CASE WHEN NOT h.is_out THEN egov_local_day(d.completed_at) END AS completed) n
  WHERE d.id = ANY (ids)
$f$;

-- Writes the facts of `ids` where they differ, and says how many did. Planned once a session and always by index: planning
-- its ten tables anew for every act takes longer than the statement, and a plan of empty tables would stay a bad one.
CREATE OR REPLACE FUNCTION oversight_refresh(ids bigint[]) RETURNS integer LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $f$
DECLARE changed integer;
BEGIN
  INSERT INTO oversight_filingfact AS f (document_id, unit_id, base_on, handled_on, completed_on, filed_on,
                                         not_to_file_on, repair_from, repair_to, registered_on)
  SELECT * FROM oversight_facts_now(ids)
  ON CONFLICT (document_id) DO UPDATE SET
    unit_id = EXCLUDED.unit_id, base_on = EXCLUDED.base_on, handled_on = EXCLUDED.handled_on,
    completed_on = EXCLUDED.completed_on, filed_on = EXCLUDED.filed_on, not_to_file_on = EXCLUDED.not_to_file_on,
    repair_from = EXCLUDED.repair_from, repair_to = EXCLUDED.repair_to, registered_on = EXCLUDED.registered_on
  WHERE (f.unit_id, f.base_on, f.handled_on, f.completed_on, f.filed_on, f.not_to_file_on, f.repair_from, f.repair_to,
         f.registered_on) IS DISTINCT FROM
        (EXCLUDED.unit_id, EXCLUDED.base_on, EXCLUDED.handled_on, EXCLUDED.completed_on, EXCLUDED.filed_on,
         EXCLUDED.not_to_file_on, EXCLUDED.repair_from, EXCLUDED.repair_to, EXCLUDED.registered_on);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END $f$;

CREATE OR REPLACE FUNCTION oversight_documents_made() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE ids bigint[];
BEGIN
  SELECT array_agg(m.id) INTO ids FROM (
    SELECT id FROM made WHERE state NOT IN ('drafting', 'in_review')
    UNION SELECT p.replies_to_id FROM made i JOIN documents_document p ON p.id = i.issued_id
           WHERE i.doc_type = 'reply_to_request' AND i.registered_at IS NOT NULL AND p.replies_to_id IS NOT NULL) m;
  IF ids IS NOT NULL THEN PERFORM oversight_refresh(ids); END IF;
  RETURN NULL;
END $f$;

CREATE OR REPLACE FUNCTION oversight_document_moved() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  PERFORM oversight_refresh(ARRAY[NEW.id]);
  IF NEW.registered_at IS DISTINCT FROM OLD.registered_at AND NEW.doc_type = 'reply_to_request' THEN
    PERFORM oversight_refresh(ARRAY(SELECT p.replies_to_id FROM documents_document p
                                     WHERE p.id = NEW.issued_id AND p.replies_to_id IS NOT NULL));
  END IF;
  RETURN NULL;
END $f$;

CREATE OR REPLACE FUNCTION oversight_document_gone() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  DELETE FROM oversight_filingfact WHERE document_id = OLD.id;
  RETURN OLD;
END $f$;

CREATE OR REPLACE FUNCTION oversight_record_moved() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.document_id IS NOT NULL THEN PERFORM oversight_refresh(ARRAY[OLD.document_id]); END IF;
  IF TG_OP <> 'DELETE' AND NEW.document_id IS NOT NULL THEN PERFORM oversight_refresh(ARRAY[NEW.document_id]); END IF;
  RETURN NULL;
END $f$;

CREATE OR REPLACE FUNCTION oversight_step_moved() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  PERFORM oversight_refresh(ARRAY(SELECT u.document_id FROM documents_routerun u WHERE u.id = NEW.run_id));
  RETURN NULL;
END $f$;

CREATE OR REPLACE FUNCTION oversight_task_moved() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  PERFORM oversight_refresh(ARRAY(
    SELECT d.id FROM documents_document d WHERE d.uid = NEW.subject_uid AND NEW.kind = 'read'
    UNION ALL
    SELECT r.document_id FROM archive_record r
     WHERE r.uid = NEW.subject_uid AND NEW.kind = 'mend' AND r.document_id IS NOT NULL));
  RETURN NULL;
END $f$;

CREATE TRIGGER oversight_made AFTER INSERT ON documents_document
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION oversight_documents_made();
CREATE TRIGGER oversight_moved AFTER UPDATE ON documents_document FOR EACH ROW
  WHEN ((OLD.version, OLD.state, OLD.completed_at, OLD.dispatched_at, OLD.registered_at, OLD.numbered_at,
         OLD.not_to_file, OLD.not_to_file_at, OLD.reply_waived, OLD.handling_kind, OLD.unit_id)
        IS DISTINCT FROM
        (NEW.version, NEW.state, NEW.completed_at, NEW.dispatched_at, NEW.registered_at, NEW.numbered_at,
         NEW.not_to_file, NEW.not_to_file_at, NEW.reply_waived, NEW.handling_kind, NEW.unit_id)
        AND (NEW.state NOT IN ('drafting', 'in_review') OR OLD.state NOT IN ('drafting', 'in_review')))
  EXECUTE FUNCTION oversight_document_moved();
CREATE TRIGGER oversight_gone BEFORE DELETE ON documents_document
  FOR EACH ROW EXECUTE FUNCTION oversight_document_gone();
CREATE TRIGGER oversight_filed AFTER INSERT ON archive_record FOR EACH ROW
  WHEN (NEW.document_id IS NOT NULL) EXECUTE FUNCTION oversight_record_moved();
CREATE TRIGGER oversight_filed_anew AFTER UPDATE OF document_id, filed_at ON archive_record FOR EACH ROW
  WHEN ((OLD.document_id, OLD.filed_at) IS DISTINCT FROM (NEW.document_id, NEW.filed_at))
  EXECUTE FUNCTION oversight_record_moved();
CREATE TRIGGER oversight_unfiled AFTER DELETE ON archive_record
  FOR EACH ROW EXECUTE FUNCTION oversight_record_moved();
CREATE TRIGGER oversight_step AFTER INSERT OR UPDATE OF state, closed_at ON documents_steprun FOR EACH ROW
  WHEN (NEW.closed_at IS NOT NULL AND NEW.kind IN ('propose', 'instruct', 'handle', 'report'))
  EXECUTE FUNCTION oversight_step_moved();
CREATE TRIGGER oversight_task AFTER INSERT OR UPDATE OF opened_at, closed_at ON units_task FOR EACH ROW
  WHEN (NEW.kind IN ('read', 'mend')) EXECUTE FUNCTION oversight_task_moved();
