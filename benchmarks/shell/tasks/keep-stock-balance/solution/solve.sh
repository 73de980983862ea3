#!/bin/bash
set -euo pipefail
cat > /app/stock.sql <<'S'
-- Keeps stock.on_hand equal to the balance of the movements.
PRAGMA foreign_keys = ON;
BEGIN IMMEDIATE;

DROP TRIGGER IF EXISTS movement_inserted;
DROP TRIGGER IF EXISTS movement_updated;
DROP TRIGGER IF EXISTS movement_deleted;
DROP TRIGGER IF EXISTS product_inserted;
DROP TRIGGER IF EXISTS product_updated;
DROP TRIGGER IF EXISTS product_deleted;

DELETE FROM stock;
INSERT INTO stock
  SELECT p.id, coalesce(sum(CASE WHEN m.voided = 1 THEN 0 WHEN m.kind = 'in' THEN m.qty ELSE -m.qty END), 0)
  FROM product p LEFT JOIN movement m ON m.product_id = p.id GROUP BY p.id;

-- A replaced row fires no delete trigger (recursive_triggers is off), so an insert may change another product, too:
-- every product is looked at.
CREATE TRIGGER movement_inserted AFTER INSERT ON movement BEGIN
  UPDATE stock SET on_hand = (SELECT coalesce(sum(CASE WHEN m.voided = 1 THEN 0 WHEN m.kind = 'in' THEN m.qty ELSE -m.qty END), 0)
                              FROM movement m WHERE m.product_id = stock.product_id);
  SELECT RAISE(ABORT, 'insufficient stock') WHERE EXISTS (SELECT 1 FROM stock WHERE on_hand < 0);
END;

CREATE TRIGGER movement_updated AFTER UPDATE ON movement BEGIN
  UPDATE stock SET on_hand = (SELECT coalesce(sum(CASE WHEN m.voided = 1 THEN 0 WHEN m.kind = 'in' THEN m.qty ELSE -m.qty END), 0)
                              FROM movement m WHERE m.product_id = stock.product_id);
  SELECT RAISE(ABORT, 'insufficient stock') WHERE EXISTS (SELECT 1 FROM stock WHERE on_hand < 0);
END;

CREATE TRIGGER movement_deleted AFTER DELETE ON movement BEGIN
  UPDATE stock SET on_hand = (SELECT coalesce(sum(CASE WHEN m.voided = 1 THEN 0 WHEN m.kind = 'in' THEN m.qty ELSE -m.qty END), 0)
                              FROM movement m WHERE m.product_id = stock.product_id);
  SELECT RAISE(ABORT, 'insufficient stock') WHERE EXISTS (SELECT 1 FROM stock WHERE on_hand < 0);
END;

CREATE TRIGGER product_inserted AFTER INSERT ON product BEGIN
  INSERT INTO stock VALUES (NEW.id, 0);
END;

-- the movements may have been carried along before or after this
CREATE TRIGGER product_updated AFTER UPDATE OF id ON product WHEN NEW.id <> OLD.id BEGIN
  DELETE FROM stock WHERE product_id = OLD.id;
  INSERT INTO stock SELECT NEW.id, coalesce(sum(CASE WHEN m.voided = 1 THEN 0 WHEN m.kind = 'in' THEN m.qty ELSE -m.qty END), 0)
    FROM movement m WHERE m.product_id IN (OLD.id, NEW.id);
END;

CREATE TRIGGER product_deleted AFTER DELETE ON product BEGIN
  DELETE FROM stock WHERE product_id = OLD.id;
END;

COMMIT;
S
cp /app/store.db /tmp/try.db
sqlite3 -bail /tmp/try.db < /app/stock.sql && sqlite3 -bail /tmp/try.db < /app/stock.sql
rm /tmp/try.db
