PRAGMA user_version = 2;
CREATE TABLE patient (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  born TEXT,
  UNIQUE (name, born)
);
CREATE TABLE doctor (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE
);
CREATE TABLE visit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  patient_id INTEGER NOT NULL REFERENCES patient(id),
  doctor_id INTEGER REFERENCES doctor(id),
  at TEXT NOT NULL,
  fee_cents INTEGER NOT NULL CHECK (fee_cents >= 0),
  notes TEXT
);
CREATE INDEX visit_by_patient ON visit(patient_id, at);
CREATE TABLE payment (
  id INTEGER PRIMARY KEY,
  visit_id INTEGER NOT NULL REFERENCES visit(id) ON DELETE CASCADE,
  cents INTEGER NOT NULL,
  on_day TEXT NOT NULL
);
CREATE TABLE deleted_visit (visit_id INTEGER, patient_name TEXT);
CREATE TRIGGER visit_deleted AFTER DELETE ON visit BEGIN
  INSERT INTO deleted_visit SELECT OLD.id, name FROM patient WHERE id = OLD.patient_id;
END;
CREATE VIEW open_fees AS
  SELECT v.id AS visit_id, p.name AS patient, v.fee_cents - coalesce((SELECT sum(cents) FROM payment WHERE visit_id = v.id), 0) AS open_cents
  FROM visit v JOIN patient p ON p.id = v.patient_id;
