//! Schemas that were thought about, and not.

use super::{Fixture, Met, NotApplicable, NotMet, Outcome};

pub(super) const SOUND: &[(&str, Outcome)] = &[
    ("database.migrations", Met),
    ("database.indexes", Met),
    ("database.pool", Met),
    ("database.queries", Met),
    ("database.money", Met),
];

pub(super) const UNSOUND: &[(&str, Outcome)] = &[
    ("database.migrations", NotMet),
    ("database.indexes", NotMet),
    ("database.pool", NotMet),
    ("database.queries", NotMet),
    ("database.money", NotMet),
];

pub(super) const NONE: &[(&str, Outcome)] = &[
    ("database.migrations", NotApplicable),
    ("database.indexes", NotApplicable),
    ("database.pool", NotApplicable),
    ("database.queries", NotApplicable),
    ("database.money", NotApplicable),
];

pub(super) fn sound() -> Fixture {
    Fixture::new()
        .file("migrations/0001_users.up.sql", "CREATE TABLE users (id int PRIMARY KEY);\n")
        .file(
            "migrations/0002_orders.up.sql",
            "CREATE TABLE orders (user_id int REFERENCES users(id), total numeric(12, 2));\n\
         CREATE INDEX orders_user ON orders (user_id);\n",
        )
        .file("db.js", "const { Pool } = require('pg');\nmodule.exports = new Pool();\n")
        .file("orders.js", "const list = (page) => db.query('SELECT * FROM orders LIMIT 20 OFFSET $1', [page * 20]);\n")
}

pub(super) fn unsound() -> Fixture {
    Fixture::new()
        .file("requirements.txt", "sqlalchemy==2.0.36\npsycopg2==2.9.9\n")
        .file(
            "models.py",
            "class Order(Base):\n    user_id = Column(Integer, ForeignKey('users.id'))\n    total = Column(Float)\n",
        )
        .file(
            "routes.py",
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/orders')\ndef orders():\n    \
         conn = psycopg2.connect(URL)\n    orders = Order.query.all()\n    \
         for order in orders:\n        order.user = User.query.get(order.user_id)\n    return orders\n",
        )
}
