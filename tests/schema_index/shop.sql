CREATE TABLE customers (
    id INTEGER PRIMARY KEY, name TEXT, email TEXT, country TEXT, city VARCHAR(80), born TEXT, joined_at TEXT
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers,
    ordered_at TIMESTAMP,
    total DECIMAL(10, 2),
    status TEXT
);
CREATE TABLE order_items (
    order_id INTEGER REFERENCES orders (id),
    line INTEGER,
    product_id INTEGER REFERENCES Products (ID),
    quantity INTEGER,
    PRIMARY KEY (order_id, line)
);
CREATE TABLE products (id INTEGER PRIMARY KEY, title TEXT, category TEXT, price REAL);
CREATE VIEW german_customers AS SELECT * FROM customers WHERE country = 'Germany';

INSERT INTO customers VALUES
    (1, 'Ada Blum', 'ada@example.org', 'Germany', 'Köln', '1980-01-02', '2024-01-02 10:00:00'),
    (2, 'Bo Chen', 'bo@example.org', 'United States', 'New York City', '1990-11-30', '2024-05-06 11:30:00'),
    (3, 'Cy Dürr', NULL, 'Germany', 'São Paulo', NULL, NULL);
INSERT INTO orders VALUES
    (1, 1, '2024-02-03 09:00:00', 20.5, 'shipped'), (2, 2, '2024-06-07 10:00:00', 7, 'on hold');
INSERT INTO products VALUES
    (1, 'Red lamp', 'Smartphones', 20.5), (2, 'Laptop 14', 'IT', 7), (3, 'Pen', 'Children''s books', 1),
    (4, 'Cap', '2024', 2), (5, 'Mug', 'All', 3), (6, 'York', 'New', 4), (7, 'Bell', 'in', 5);
INSERT INTO order_items VALUES (1, 1, 1, 1), (2, 1, 2, 1);
