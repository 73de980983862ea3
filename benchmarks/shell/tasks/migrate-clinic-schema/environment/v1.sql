PRAGMA user_version = 1;
CREATE TABLE visit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  patient_name TEXT NOT NULL,
  patient_born TEXT,
  doctor TEXT,
  at TEXT NOT NULL,
  fee TEXT,
  notes TEXT
);
CREATE INDEX visit_by_name ON visit(patient_name, at);
CREATE TABLE payment (
  id INTEGER PRIMARY KEY,
  visit_id INTEGER NOT NULL REFERENCES visit(id) ON DELETE CASCADE,
  paid REAL NOT NULL,
  on_day TEXT NOT NULL
);
CREATE TABLE deleted_visit (visit_id INTEGER, patient_name TEXT);
CREATE TRIGGER visit_deleted AFTER DELETE ON visit BEGIN
  INSERT INTO deleted_visit VALUES (OLD.id, OLD.patient_name);
END;
CREATE VIEW open_fees AS SELECT id AS visit_id, patient_name, fee FROM visit WHERE id NOT IN (SELECT visit_id FROM payment);
