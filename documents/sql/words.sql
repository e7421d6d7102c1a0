-- The folded words of a document follow it by themselves (units/folding.py). `is_open` says that somebody may still have
-- the text in hand: the document has not ended, or a delivery that reads its text has not. Only then is the text kept and
-- indexed; what was filed is found as a record.
CREATE OR REPLACE FUNCTION document_is_open(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $f$
  SELECT state NOT IN ('completed', 'voided', 'returned_to_sender', 'recalled', 'replaced')
$f$;

CREATE OR REPLACE FUNCTION document_words() RETURNS trigger LANGUAGE plpgsql AS $f$
DECLARE
  head text := egov_head(ARRAY[NEW.title, NEW.doc_number, NEW.sender_number, NEW.receipt_number, NEW.sender_name]);
  live boolean := document_is_open(NEW.state);
BEGIN
  INSERT INTO documents_documentwords AS w (document_id, head_n, text_n, is_open)
  VALUES (NEW.id, head, CASE WHEN live THEN head || egov_fold_v1(NEW.body) ELSE '' END, live)
  ON CONFLICT (document_id) DO UPDATE SET head_n = EXCLUDED.head_n, text_n = EXCLUDED.text_n, is_open = EXCLUDED.is_open;
  RETURN NULL;
END $f$;

CREATE OR REPLACE FUNCTION document_words_rest() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE documents_documentwords w
     SET is_open = n.live, text_n = CASE WHEN n.live THEN w.head_n || egov_fold_v1(n.body) ELSE '' END
    FROM (SELECT d.id, d.body, document_is_open(d.state) OR EXISTS (
                   SELECT 1 FROM documents_document i WHERE i.issued_id = d.id AND document_is_open(i.state)) AS live
            FROM documents_document d WHERE d.id IN (NEW.id, NEW.issued_id)) n
   WHERE w.document_id = n.id AND w.is_open <> n.live;
  RETURN NULL;
END $f$;

CREATE TRIGGER document_words_made AFTER INSERT ON documents_document
  FOR EACH ROW EXECUTE FUNCTION document_words();
CREATE TRIGGER document_words_follow
  AFTER UPDATE OF title, doc_number, sender_number, receipt_number, sender_name, body ON documents_document
  FOR EACH ROW WHEN ((OLD.title, OLD.doc_number, OLD.sender_number, OLD.receipt_number, OLD.sender_name, OLD.body)
                     IS DISTINCT FROM
                     (NEW.title, NEW.doc_number, NEW.sender_number, NEW.receipt_number, NEW.sender_name, NEW.body))
  EXECUTE FUNCTION document_words();
-- After the words themselves (triggers fire by name): an end and a change of words may come in one statement.
CREATE TRIGGER document_words_rest AFTER UPDATE OF state ON documents_document
  FOR EACH ROW WHEN (document_is_open(OLD.state) <> document_is_open(NEW.state))
  EXECUTE FUNCTION document_words_rest();

CREATE INDEX documentwords_bigrams ON documents_documentwords USING gin (cjk_bigrams(text_n)) WHERE is_open;
-- Numbers and titles of all documents, ended ones too: what a draft speaks of is often long filed (documents/linking.py).
CREATE INDEX documentwords_head_bigrams ON documents_documentwords USING gin (cjk_bigrams(head_n));
