-- The chain over the audit events. A plain insert stays cheap; the link is made at commit by a deferred
-- trigger, so writers wait for one another only during their commits (design section 4).

CREATE OR REPLACE FUNCTION audit_digest(e units_auditevent, seq bigint, previous bytea) RETURNS bytea
LANGUAGE sql STABLE AS $f$
  SELECT sha256(previous || convert_to(jsonb_build_array(
    seq, e.id, e.uid, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_id, e.actor_name, e.post, e.unit_id,
    e.unit_name, e.address, e.verb, e.label, e.object_type, e.object_uid, e.object_label, e.before, e.after,
    e.opinion, e.detail, e.succeeded)::text, 'UTF8'))
$f$;

CREATE OR REPLACE FUNCTION audit_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $f$
DECLARE
  head_seq bigint;
  head_digest bytea;
  event units_auditevent;
BEGIN
  -- Held until this commit ends: the next writer reads the head that this one leaves.
  PERFORM pg_advisory_xact_lock(4702111);
  SELECT seq, digest INTO head_seq, head_digest FROM units_auditlink ORDER BY seq DESC LIMIT 1;
  head_seq := coalesce(head_seq, 0) + 1;
  SELECT * INTO event FROM units_auditevent WHERE id = NEW.id;
  INSERT INTO units_auditlink (seq, event_id, event_uid, digest)
  VALUES (head_seq, event.id, event.uid, audit_digest(event, head_seq, coalesce(head_digest, ''::bytea)));
  RETURN NULL;
END $f$;

CREATE CONSTRAINT TRIGGER audit_event_linked AFTER INSERT ON units_auditevent
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link();

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  RAISE EXCEPTION '% on % is refused: rows of this table are only added.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $f$;

CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON units_auditevent
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE ON units_auditlink
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
