#!/bin/bash
set -euo pipefail
cd /app
cat > q1.sql <<'S'
SELECT m.id, m.name FROM member m
WHERE NOT EXISTS (SELECT 1 FROM loan l WHERE l.member_id = m.id)
ORDER BY m.name, m.id;
S
cat > q2.sql <<'S'
SELECT b.name, count(c.id), count(o.copy_id), coalesce(round(100.0 * count(o.copy_id) / nullif(count(c.id), 0), 1), 0.0)
FROM branch b
LEFT JOIN copy c ON c.branch_id = b.id
LEFT JOIN (SELECT DISTINCT copy_id FROM loan WHERE returned_on IS NULL) o ON o.copy_id = c.id
GROUP BY b.id ORDER BY b.name;
S
cat > q3.sql <<'S'
WITH today(d) AS (SELECT value FROM settings WHERE key = 'today')
SELECT m.name, count(*), sum(min(500, 10 * CAST(julianday(d) - julianday(l.due_on) AS INTEGER))) AS fine
FROM loan l JOIN member m ON m.id = l.member_id CROSS JOIN today
WHERE l.returned_on IS NULL AND l.due_on < d
GROUP BY m.id ORDER BY fine DESC, m.name, m.id;
S
cat > q4.sql <<'S'
WITH n AS (
  SELECT b.id, b.title, b.genre, count(l.id) AS loans
  FROM book b LEFT JOIN copy c ON c.book_id = b.id LEFT JOIN loan l ON l.copy_id = c.id
  WHERE b.genre IS NOT NULL GROUP BY b.id),
top AS (SELECT genre, max(loans) AS most FROM n GROUP BY genre)
SELECT top.genre, n.title, most FROM top LEFT JOIN n ON n.genre = top.genre AND n.loans = most AND most > 0
ORDER BY top.genre, n.title, n.id;
S
for q in q?.sql; do sqlite3 -readonly library.db < "$q" > /dev/null; done
