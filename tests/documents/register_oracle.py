"""The three registers of D07 for 2027 as SQL of its own finds them, as texts in the order of the columns."""

from django.db import connection


def asked(sql: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


URGENCY = {"": "一般", "urgent": "加急", "extra_urgent": "特急"}
NF = {"NF-2": "不归档：NF-2 本机关重份、无查考价值的事务性文件、一般性文件的历次修改稿",
      "NF-3": "不归档：NF-3 同级机关不需贯彻执行、抄送不需办理的文件"}  # fmt: skip
ISSUED_SQL = """
SELECT e.number, e.voided_at IS NOT NULL, e.void_reason, d.title, d.urgency, d.print_copies,
  egov_local_day(d.dispatched_at), egov_local_day(d.sealed_at), d.document_date, s.name, o.name, p.name,
  d.doc_number = e.number, d.state, d.not_to_file,
  (SELECT count(*) FROM documents_attachment a WHERE a.document_id = d.id AND a.removed_at IS NULL),
  (SELECT array_agg(coalesce(u.short_name, t.name) ORDER BY t.position) FROM documents_addressee t
     LEFT JOIN units_unit u ON u.id = t.unit_id WHERE t.document_id = d.id AND t.kind = 'main'),
  (SELECT array_agg(coalesce(u.short_name, t.name) ORDER BY t.position) FROM documents_addressee t
     LEFT JOIN units_unit u ON u.id = t.unit_id WHERE t.document_id = d.id AND t.kind = 'cc'),
  (SELECT count(*) FILTER (WHERE x.signed_for_at IS NOT NULL) || '/' || count(*) FROM documents_document x
     WHERE x.issued_id = coalesce(c.id, d.id) AND NOT x.joint_copy
     AND x.state NOT IN ('returned_to_sender', 'recalled', 'replaced')
     HAVING count(*) > 0),
  (SELECT r.archival_code FROM archive_record r WHERE r.document_id = coalesce(c.id, d.id)),
  (SELECT count(*) FROM archive_record r WHERE r.document_id IS NULL AND r.unit_id = e.unit_id
     AND r.doc_number = e.number), egov_local_day(c.dispatched_at),
  (SELECT string_agg(u.short_name, '、' ORDER BY i.position) FROM documents_issuer i
     JOIN units_unit u ON u.id = i.unit_id WHERE i.document_id = d.id AND i.position > 0),
  (SELECT concat_ws(' ', g.name, j.sender_date) FROM documents_document j
     JOIN documents_issuer i ON i.document_id = d.id AND i.unit_id = j.unit_id
     JOIN units_user g ON g.id = i.signatory_id WHERE j.issued_id = d.id AND j.joint_copy AND h.code <> 'D07'),
  h.short_name
FROM documents_numberentry e JOIN documents_document d ON d.id = e.document_id JOIN units_unit h ON h.id = e.unit_id
LEFT JOIN units_user s ON s.id = d.signatory_id LEFT JOIN units_user o ON o.id = d.drafted_by_id
LEFT JOIN units_department p ON p.id = d.department_id
LEFT JOIN documents_document c ON c.corrects_id = d.id AND c.dispatched_at IS NOT NULL
WHERE (h.code = 'D07' OR EXISTS (SELECT 1 FROM documents_document j JOIN units_unit v ON v.id = j.unit_id
    WHERE j.issued_id = d.id AND j.joint_copy AND v.code = 'D07'))
  AND egov_local_day(e.taken_at) BETWEEN '2027-01-01' AND '2027-12-31' ORDER BY e.taken_at, e.id
"""


def names(found) -> str:
    return "、".join(found or [])


def as_on_screen(rows: list[list[str]]) -> list[list[str]]:
    """主送 and 抄送 of 发文登记簿 by the first six names, and how many there are."""
    return [[*row[:7], *map(_cut, row[7:9]), *row[9:]] for row in rows]


def _cut(cell: str) -> str:
    parts = []
    for part in cell.split("；"):
        found = part.split("、")
        parts.append("、".join(found[:6]) + (f"等{len(found)}个单位" if len(found) > 6 else ""))
    return "；".join(parts)


def issued_by_sql() -> list[list[str]]:
    rows = []
    for place, row in enumerate(asked(ISSUED_SQL), start=1):
        (number, void, reason, title, urgency, copies, sent, sealed, dated, signer, drafter, department, own, state,
         unfiled, files, main, cc, signed, code, imported, anew, others, as_other, host) = row  # fmt: skip
        remark = [f"作废：{reason}"] if void else []
        remark += [f"更正重发：新印发日期{anew}，原件作废"] if anew else []
        remark += [f"重号：另有补录档案{imported}件"] if imported else []
        if as_other:
            remark = [f"联合发文（协办），主办：{host}"]
        elif others:
            remark.append(f"联合发文，会同：{others}")
        filing = code or NF.get(unfiled) or ("" if state == "voided" else "未归档")
        own_facts = [str(copies), " ".join(str(one) for one in (signer, dated) if one), str(sealed or ""), signed or "",
                     filing] if own else [""] * 5  # fmt: skip
        if as_other:  # its own 签发人; who has signed for it is the host's to count
            own_facts[1], own_facts[3], own_facts[4] = as_other, "", "未归档"
        rows.append([
            str(place), str(sent or "") if own else "", number, title, str(files or ""), URGENCY[urgency], own_facts[0],
            names(main), names(cc), "/".join(one for one in (department, drafter) if one), *own_facts[1:],
            "；".join(remark),
        ])  # fmt: skip
    return rows


RECEIVED_SQL = """
SELECT d.receipt_number, egov_local_day(d.signed_for_at), d.sender_name, d.sender_number, d.sender_date, d.title,
  d.urgency, d.handling_kind, d.due_at AT TIME ZONE 'Asia/Shanghai', egov_local_day(d.completed_at), d.state,
  d.not_to_file,
  (SELECT count(*) FROM documents_attachment a WHERE a.document_id IN (d.id, d.issued_id) AND a.removed_at IS NULL),
  (SELECT concat_ws('/', p.name, u.name) FROM units_user u JOIN units_appointment a ON a.user_id = u.id
     LEFT JOIN units_department p ON p.id = a.department_id WHERE u.id = d.lead_officer_id LIMIT 1),
  (SELECT u.name FROM units_auditevent e JOIN units_user u ON u.id = e.actor_id
     WHERE e.object_uid = d.uid AND e.verb = 'sign_for'),
  (SELECT string_agg(y.doc_number, '、') FROM documents_document y WHERE y.unit_id = d.unit_id AND y.doc_number <> ''
     AND (y.replies_to_id = d.issued_id OR EXISTS (SELECT 1 FROM documents_documentlink l WHERE l.document_id = y.id
       AND l.other_id = coalesce(d.issued_id, d.id) AND l.kind = 'replies' AND l.removed_at IS NULL))),
  (SELECT r.archival_code FROM archive_record r WHERE r.document_id = d.id), d.ended_note,
  (SELECT egov_local_day(o.dispatched_at) FROM documents_document n JOIN documents_document o ON o.id = n.corrects_id
     WHERE n.id = d.issued_id)
FROM documents_document d JOIN units_unit h ON h.id = d.unit_id
WHERE h.code = 'D07' AND d.direction = 'incoming' AND d.receipt_number <> ''
  AND egov_local_day(d.signed_for_at) BETWEEN '2027-01-01' AND '2027-12-31' ORDER BY d.signed_for_at, d.id
"""


def marked(day) -> str:
    """What a 更正件 is marked with, by the day on which what it replaces was sent."""
    return f"更正件（替换{day.month}月{day.day}日原件）" if day else ""


def received_by_sql() -> list[list[str]]:
    rows = []
    for row in asked(RECEIVED_SQL):
        (number, day, sender, their, dated, title, urgency, kind, due, done, state, unfiled, files, lead, signer, reply,
         code, ended, replaced) = row  # fmt: skip
        filing = code or NF.get(unfiled) or ("" if state == "returned_to_sender" else "未归档")
        kind = {"for_action": "办件", "for_reading": "阅件"}[kind]
        rows.append([
            number, str(day), sender, their, str(dated or ""), title, str(files or ""), "", URGENCY[urgency], kind,
            lead or "", f"{due:%Y-%m-%d %H:%M}".removesuffix(" 23:59") if due else "", signer, str(done or ""),
            reply or "", filing,
            "；".join(filter(None, (marked(replaced), f"已退文：{ended}" if state == "returned_to_sender" else ""))),
        ])  # fmt: skip
    return rows


SEALS_SQL = """
SELECT g.at AT TIME ZONE 'Asia/Shanghai', d.doc_number, d.title, d.print_copies, p.name, coalesce(c.name, s.name),
  CASE WHEN h.code = 'D07' THEN o.name ELSE h.short_name || ' ' || o.name END, k.name,
  (SELECT e.opinion FROM units_auditevent e WHERE e.object_uid = d.uid AND e.verb IN ('void', 'void_sealed')),
  CASE WHEN h.code <> 'D07' THEN h.short_name || '主办' END,
  CASE WHEN EXISTS (SELECT 1 FROM documents_document x WHERE x.corrects_id = d.id AND x.dispatched_at IS NOT NULL
    AND x.state <> 'voided') AND h.code = 'D07' THEN '原件，已由更正件替换作废' END,
  (SELECT egov_local_day(x.dispatched_at) FROM documents_document x WHERE x.id = d.corrects_id)
FROM documents_sealing g JOIN documents_unitseal p ON p.id = g.seal_id JOIN units_unit v ON v.id = p.unit_id
JOIN documents_document d ON d.id = g.document_id JOIN units_unit h ON h.id = d.unit_id
JOIN units_user k ON k.id = g.by_id
LEFT JOIN documents_issuer i ON i.document_id = d.id AND i.unit_id = v.id AND h.id <> v.id
LEFT JOIN units_user c ON c.id = i.signatory_id
LEFT JOIN units_user s ON s.id = d.signatory_id LEFT JOIN units_user o ON o.id = d.drafted_by_id
WHERE v.code = 'D07' AND egov_local_day(g.at) BETWEEN '2027-01-01' AND '2027-12-31' ORDER BY g.at, g.id
"""


def seals_by_sql() -> list[list[str]]:
    return [
        [str(place), f"{moment:%Y-%m-%d %H:%M}", number, title, str(copies), seal, signer, drafter, keeper,
         "；".join(filter(None, (marked(anew), f"作废：{reason}" if reason else "", replaced, host)))]
        for place, (moment, number, title, copies, seal, signer, drafter, keeper, reason, host, replaced, anew)
        in enumerate(asked(SEALS_SQL), start=1)
    ]  # fmt: skip


ORACLE = {"issued": issued_by_sql, "received": received_by_sql, "seals": seals_by_sql}
