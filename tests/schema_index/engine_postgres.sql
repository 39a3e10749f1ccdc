CREATE SCHEMA sales;
CREATE SCHEMA "odd ""Schema"" größe";
CREATE TYPE mood AS ENUM ('calm', 'date');
CREATE DOMAIN money_amount AS NUMERIC(10, 2);
CREATE DOMAIN mood_of_day AS mood;

CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  country VARCHAR(40),
  referred_by INTEGER REFERENCES customers (id)
);
COMMENT ON TABLE customers IS 'Who buys.';
COMMENT ON COLUMN customers.country IS 'Where they live.';
INSERT INTO customers VALUES (1, 'Ada Blum', 'Germany'), (2, 'Bo Lind', 'Sweden'), (3, 'Cy Roth', 'Germany');

CREATE TABLE sales.orders (
  region CHAR(2),
  number INTEGER,
  customer_id INTEGER NOT NULL REFERENCES customers,
  ordered_at TIMESTAMP WITH TIME ZONE,
  total money_amount,
  mood mood,
  evening mood_of_day,
  flags BIT(1),
  tags TEXT[],
  PRIMARY KEY (region, number)
);
INSERT INTO sales.orders VALUES ('EU', 1, 1, '2024-05-06 07:08:09+00', 12.50, 'calm', 'date', B'1', '{a}');

CREATE TABLE sales.lines (
  line INTEGER PRIMARY KEY,
  order_number INTEGER,
  order_region CHAR(2),
  FOREIGN KEY (order_region, order_number) REFERENCES sales.orders (region, number)
);

CREATE TABLE "odd ""Schema"" größe"."Select, it's" (
  "a ""quoted"", name" TEXT PRIMARY KEY,
  "größe {0}" TEXT
);
INSERT INTO "odd ""Schema"" größe"."Select, it's" VALUES ('x', '日本');

CREATE TABLE visits (visited_on DATE NOT NULL, page TEXT) PARTITION BY RANGE (visited_on);
CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO visits VALUES ('2024-02-03', 'front page');

CREATE VIEW german_customers AS SELECT id, name FROM customers WHERE country = 'Germany';
CREATE MATERIALIZED VIEW sales.totals AS SELECT customer_id, sum(total) AS total FROM sales.orders GROUP BY customer_id;

CREATE TABLE no_columns ();
