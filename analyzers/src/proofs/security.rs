//! Services whose ways in are closed, and open.

use super::{Fixture, Met, NotMet, Outcome, Partly};

pub(super) const CLOSED: &[(&str, Outcome)] = &[
    ("security.sql", Met),
    ("security.rate-limit", Met),
    ("security.token-expiry", Met),
    ("security.authorization", Met),
    ("security.passwords", Met),
    ("security.defaults", Met),
];

pub(super) const OPEN: &[(&str, Outcome)] = &[
    ("security.sql", NotMet),
    ("security.rate-limit", NotMet),
    ("security.token-expiry", NotMet),
    ("security.authorization", Partly),
    ("security.passwords", NotMet),
    ("security.defaults", NotMet),
];

pub(super) fn closed() -> Fixture {
    Fixture::new()
        .file(
            "package.json",
            r#"{"dependencies": {"express": "4", "pg": "8", "bcrypt": "5", "express-rate-limit": "7"}}"#,
        )
        .file(
            "index.js",
            "const express = require('express');\nconst app = express();\n\
             app.post('/login', rateLimit({ max: 5 }), async (req, res) => {\n\
             const user = await pool.query('SELECT * FROM users WHERE name = $1', [req.body.name]);\n\
             if (!await bcrypt.compare(req.body.password, user.hash)) return res.sendStatus(401);\n\
             res.json({ token: jwt.sign({ id: user.id }, process.env.JWT_SECRET, { expiresIn: '1h' }) });\n});\n\
             app.delete('/users/:id', requireAuth, requireRole('admin'), remove);\n",
        )
}

pub(super) fn open() -> Fixture {
    Fixture::new().file("package.json", r#"{"dependencies": {"express": "4", "pg": "8"}}"#).file(
        "index.js",
        "const express = require('express');\nconst app = express();\n\
         const secret = process.env.JWT_SECRET || 'change';\n\
         app.post('/login', async (req, res) => {\n\
         const user = await pool.query(`SELECT * FROM users WHERE name = '${req.body.name}'`);\n\
         if (user.hash !== crypto.createHash('md5').update(req.body.password).digest('hex')) return res.sendStatus(401);\n\
         res.json({ token: jwt.sign({ id: user.id }, secret) });\n});\n\
         app.delete('/users/:id', requireAuth, remove);\n",
    )
}
