-- The filing rate of every unit and month of a year, written from practice 3 alone and from the documents themselves:
-- it knows neither the facts nor the statements of the product, and goes another way wherever there is one (a row for
-- each working day instead of a cut-off date, NOT EXISTS instead of sums).
-- Given: year, as_of, grace (N), timely (L). Gives: unit, month (0 is the annual figure), due, filed, not_to_file,
-- not_yet_due, undecided, handled_open, returned, overlong, no_backfile, timely.
WITH calendar AS (
  SELECT day::date AS day,
         coalesce((SELECT (c.exceptions ->> to_char(day, 'YYYY-MM-DD'))::boolean FROM units_calendarversion c
                    WHERE c.year = extract(year FROM day) ORDER BY c.id DESC LIMIT 1),
                  extract(isodow FROM day) < 6) AS works
  FROM generate_series(make_date(%(year)s, 1, 1), greatest(%(as_of)s::date, make_date(%(year)s, 12, 31)) + 40, '1 day') day
), worked AS (  -- how many working days have gone by at the end of each day
  SELECT day, count(*) FILTER (WHERE works) OVER (ORDER BY day) AS n FROM calendar
), steps AS (
  SELECT u.document_id, s.kind, s.state, (s.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS closed
  FROM documents_steprun s JOIN documents_routerun u ON u.id = s.run_id
), handled AS (
  SELECT d.id, CASE
    WHEN d.direction = 'outgoing' AND d.doc_type <> 'request_for_instruction' THEN d.dispatched_at
    WHEN d.direction = 'outgoing' THEN (  -- 请示: its 批复 was registered at the unit that asked
      SELECT min(mine.registered_at) FROM documents_document mine, documents_document reply
       WHERE mine.issued_id = reply.id AND reply.replies_to_id = d.id AND mine.unit_id = d.unit_id)
    WHEN d.direction = 'incoming' AND d.handling_kind = 'for_reading' THEN (  -- the circulation was ordered
      SELECT min(t.at) FROM (
        SELECT (closed + time '12:00') AT TIME ZONE 'Asia/Shanghai' AS at FROM steps
         WHERE document_id = d.id AND kind = 'propose' AND state = 'done'
        UNION ALL SELECT opened_at FROM units_task WHERE subject_uid = d.uid AND kind = 'read') t)
    WHEN d.direction = 'incoming' AND d.handling_kind = 'for_action' AND NOT EXISTS (
      SELECT 1 FROM steps WHERE document_id = d.id AND kind NOT IN ('read', 'complete') AND state IN ('open', 'ahead'))
      THEN (SELECT (max(closed) + time '12:00') AT TIME ZONE 'Asia/Shanghai' FROM steps
             WHERE document_id = d.id AND kind NOT IN ('read', 'complete') AND state = 'done')
    WHEN d.direction = 'internal' THEN (
      SELECT (max(closed) + time '12:00') AT TIME ZONE 'Asia/Shanghai' FROM steps
       WHERE document_id = d.id AND kind = 'instruct' AND state = 'done')
    END AS at
  FROM documents_document d
), documents AS (
  SELECT d.id, d.unit_id,
         (SELECT max(act.day) FROM (  -- the last act that had happened by then
            SELECT (d.changed_at AT TIME ZONE 'Asia/Shanghai')::date AS day
            UNION ALL SELECT (e.at AT TIME ZONE 'Asia/Shanghai')::date FROM units_auditevent e WHERE e.object_uid = d.uid
            UNION ALL SELECT (coalesce(d.registered_at, d.numbered_at, d.created_at) AT TIME ZONE 'Asia/Shanghai')::date
          ) act WHERE act.day <= %(as_of)s) AS last_act,
         least((h.at AT TIME ZONE 'Asia/Shanghai')::date, (d.completed_at AT TIME ZONE 'Asia/Shanghai')::date) AS b,
         (d.completed_at AT TIME ZONE 'Asia/Shanghai')::date AS completed,
         CASE WHEN d.not_to_file <> '' OR d.not_to_file_at IS NOT NULL
              THEN (coalesce(d.not_to_file_at, d.completed_at) AT TIME ZONE 'Asia/Shanghai')::date END AS decided,
         (coalesce(d.registered_at, d.numbered_at, d.created_at) AT TIME ZONE 'Asia/Shanghai')::date AS registered,
         (SELECT (r.filed_at AT TIME ZONE 'Asia/Shanghai')::date FROM archive_record r WHERE r.document_id = d.id) AS filed,
         EXISTS (SELECT 1 FROM archive_record r JOIN units_task t ON t.subject_uid = r.uid AND t.kind = 'mend'
                  WHERE r.document_id = d.id AND (t.opened_at AT TIME ZONE 'Asia/Shanghai')::date <= %(as_of)s
                    AND NOT coalesce((t.closed_at AT TIME ZONE 'Asia/Shanghai')::date <= %(as_of)s, false)) AS in_repair,
         EXISTS (SELECT 1 FROM oversight_samplecheck c WHERE c.document_id = d.id AND c.is_refused
                    AND c.checked_on <= %(as_of)s) AS refused
  FROM documents_document d JOIN handled h ON h.id = d.id
  WHERE d.state NOT IN ('voided', 'returned_to_sender', 'drafting', 'in_review', 'delivered')
), live AS (
  SELECT d.* FROM documents d LEFT JOIN oversight_golive g ON g.unit_id = d.unit_id
  WHERE coalesce(d.b, d.registered) >= coalesce(g.day, '-infinity')
), judged AS (
  SELECT l.*, extract(month FROM b)::int AS month,
         (coalesce(decided <= %(as_of)s, false) AND NOT refused AND NOT coalesce(filed <= %(as_of)s, false)) AS ntf,
         coalesce(completed <= %(as_of)s, false) AS is_completed,
         coalesce(filed <= %(as_of)s, false) AND NOT in_repair AS is_filed,
         (SELECT n FROM worked WHERE day = %(as_of)s) - (SELECT n FROM worked WHERE day = b) AS age
  FROM live l WHERE extract(year FROM b) = %(year)s AND b <= %(as_of)s
), due AS (
  SELECT *, is_completed OR age > %(grace)s AS is_due FROM judged WHERE NOT ntf
), counted AS (
  SELECT unit_id, month, count(*) FILTER (WHERE is_due) AS due, count(*) FILTER (WHERE is_due AND is_filed) AS filed,
         count(*) FILTER (WHERE NOT is_due) AS not_yet,
         count(*) FILTER (WHERE is_due AND NOT is_filed AND in_repair) AS returned,
         count(*) FILTER (WHERE is_due AND NOT is_filed AND NOT in_repair AND is_completed) AS undecided,
         count(*) FILTER (WHERE is_due AND NOT is_filed AND NOT in_repair AND NOT is_completed) AS handled_open,
         count(*) FILTER (WHERE is_due AND is_filed AND (SELECT n FROM worked WHERE day = due.filed)
                          - (SELECT n FROM worked WHERE day = b) <= %(timely)s
                          AND due.filed <= (SELECT min(day) FROM worked w WHERE w.n = (
                            SELECT n FROM worked WHERE day = b) + %(timely)s)) AS timely
  FROM due GROUP BY 1, 2
), aside AS (
  SELECT unit_id, month, count(*) AS ntf FROM judged WHERE ntf GROUP BY 1, 2
), idle AS (  -- 久拖未办: open at the annual cut-off (31 March), last act more than 60 working days ago, no 跨年 note
  SELECT l.unit_id, count(*) AS n FROM live l
  WHERE coalesce(l.b > %(as_of)s, true) AND extract(year FROM l.registered) = %(year)s
    AND %(as_of)s >= make_date(%(year)s + 1, 3, 31)
    AND (SELECT count(*) FROM calendar c WHERE c.works AND c.day <= %(as_of)s
           AND c.day > l.last_act) > 60
    AND NOT EXISTS (SELECT 1 FROM oversight_yearnote n WHERE n.document_id = l.id AND n.year = %(year)s
                       AND n.noted_on <= %(as_of)s)
  GROUP BY 1
), base AS (
  SELECT b.unit_id, sum(b.count) AS due, sum(r.filed) AS filed, sum(greatest(b.count - r.filed, 0)) AS missing
  FROM oversight_baselinedue b CROSS JOIN LATERAL (
    SELECT count(*) AS filed FROM archive_record r
     WHERE r.unit_id = b.unit_id AND r.document_id IS NULL AND extract(month FROM r.date) = ANY(b.months)
       AND extract(year FROM r.date) = b.year AND (r.filed_at AT TIME ZONE 'Asia/Shanghai')::date <= %(as_of)s) r
  WHERE b.year = %(year)s AND (b.accepted_at AT TIME ZONE 'Asia/Shanghai')::date <= %(as_of)s GROUP BY 1
), monthly AS (
  SELECT u.id AS unit_id, m.month, coalesce(c.due, 0) AS due, coalesce(c.filed, 0) AS filed, coalesce(a.ntf, 0) AS ntf,
         coalesce(c.not_yet, 0) AS not_yet, coalesce(c.undecided, 0) AS undecided,
         coalesce(c.handled_open, 0) AS handled_open, coalesce(c.returned, 0) AS returned, coalesce(c.timely, 0) AS timely
  FROM units_unit u CROSS JOIN generate_series(1, 12) AS m(month)
  LEFT JOIN counted c ON c.unit_id = u.id AND c.month = m.month
  LEFT JOIN aside a ON a.unit_id = u.id AND a.month = m.month
)
SELECT unit_id, month, due, filed, ntf, not_yet, undecided, handled_open, returned, 0 AS overlong, 0 AS no_backfile, timely
FROM monthly
UNION ALL
SELECT m.unit_id, 0, sum(m.due) + coalesce(max(i.n), 0) + coalesce(max(b.due), 0), sum(m.filed) + coalesce(max(b.filed), 0),
       sum(ntf), sum(not_yet), sum(undecided), sum(handled_open), sum(returned), coalesce(max(i.n), 0),
       coalesce(max(b.missing), 0), sum(timely)
FROM monthly m LEFT JOIN idle i ON i.unit_id = m.unit_id LEFT JOIN base b ON b.unit_id = m.unit_id
GROUP BY 1 ORDER BY 1, 2
