#!/bin/bash
set -euo pipefail
sqlite3 -bail /app/crm.db <<'S'
PRAGMA foreign_keys = ON;
BEGIN IMMEDIATE;
CREATE TEMP TABLE member AS
  SELECT id, min(id) OVER (PARTITION BY mail) AS keep, mail
  FROM (SELECT id, lower(trim(email)) AS mail FROM customer WHERE trim(coalesce(email, '')) <> '');
DELETE FROM member WHERE keep NOT IN (SELECT keep FROM member GROUP BY keep HAVING count(*) > 1);
CREATE UNIQUE INDEX temp.member_id ON member(id);
CREATE INDEX temp.member_keep ON member(keep, id);

UPDATE customer SET
  name = coalesce((SELECT c.name FROM member m JOIN customer c ON c.id = m.id WHERE m.keep = customer.id AND c.name <> '' ORDER BY c.id LIMIT 1), name),
  phone = coalesce((SELECT c.phone FROM member m JOIN customer c ON c.id = m.id WHERE m.keep = customer.id AND c.phone <> '' ORDER BY c.id LIMIT 1), phone),
  city = coalesce((SELECT c.city FROM member m JOIN customer c ON c.id = m.id WHERE m.keep = customer.id AND c.city <> '' ORDER BY c.id LIMIT 1), city),
  referred_by = (SELECT c.referred_by FROM member m JOIN customer c ON c.id = m.id WHERE m.keep = customer.id AND c.referred_by IS NOT NULL ORDER BY c.id LIMIT 1),
  created_at = (SELECT min(c.created_at) FROM member m JOIN customer c ON c.id = m.id WHERE m.keep = customer.id),
  email = lower(trim(email))
WHERE id IN (SELECT keep FROM member);

UPDATE customer SET referred_by = (SELECT keep FROM member m WHERE m.id = referred_by) WHERE referred_by IN (SELECT id FROM member);
UPDATE customer SET referred_by = NULL WHERE referred_by = id;
UPDATE invoice SET customer_id = (SELECT keep FROM member m WHERE m.id = customer_id) WHERE customer_id IN (SELECT id FROM member WHERE id <> keep);

CREATE TEMP TABLE best AS
  SELECT id, keep FROM (SELECT a.id, m.keep, row_number() OVER (PARTITION BY m.keep, a.kind ORDER BY m.id) AS n FROM address a JOIN member m ON m.id = a.customer_id) WHERE n = 1;
DELETE FROM address WHERE customer_id IN (SELECT id FROM member) AND id NOT IN (SELECT id FROM best);
UPDATE address SET customer_id = (SELECT keep FROM best b WHERE b.id = address.id) WHERE id IN (SELECT id FROM best);

CREATE TEMP TABLE letter AS SELECT m.keep, min(opt_in) AS opt_in FROM newsletter n JOIN member m ON m.id = n.customer_id GROUP BY m.keep;
DELETE FROM newsletter WHERE customer_id IN (SELECT id FROM member);
INSERT INTO newsletter SELECT keep, opt_in FROM letter;

INSERT INTO merge_log SELECT id, keep FROM member WHERE id <> keep;
DELETE FROM customer WHERE id IN (SELECT id FROM member WHERE id <> keep);
COMMIT;
S
test -z "$(sqlite3 /app/crm.db 'PRAGMA foreign_key_check')"
