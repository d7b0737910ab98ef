//! Services that expect failures and can be watched, and that do neither.

use super::{Fixture, Met, NotMet, Outcome};

pub(super) const CAREFUL: &[(&str, Outcome)] = &[
    ("errors.not-swallowed", Met),
    ("errors.absence", Met),
    ("errors.timeouts", Met),
    ("errors.central", Met),
    ("observability.structured-logs", Met),
    ("observability.no-print", Met),
    ("observability.request-id", Met),
    ("observability.health", Met),
];

pub(super) const TRUSTING: &[(&str, Outcome)] = &[
    ("errors.not-swallowed", NotMet),
    ("errors.absence", NotMet),
    ("errors.timeouts", NotMet),
    ("errors.central", NotMet),
    ("observability.structured-logs", NotMet),
    ("observability.no-print", NotMet),
    ("observability.request-id", NotMet),
    ("observability.health", NotMet),
];

pub(super) fn careful() -> Fixture {
    Fixture::new().file("package.json", r#"{"dependencies": {"express": "4", "pino": "9", "axios": "1"}}"#).file(
        "index.js",
        "const express = require('express');\nconst log = require('pino')();\nconst app = express();\n\
         app.use((req, res, next) => { req.id = req.headers['x-request-id']; next(); });\n\
         app.get('/health', (req, res) => res.sendStatus(200));\n\
         app.get('/users/:id', async (req, res, next) => {\n\
         try {\n\
         const user = await User.findOne({ id: req.params.id });\n\
         if (!user) return res.sendStatus(404);\n\
         const rate = await axios.get(url, { timeout: 2000 });\n\
         log.info({ user: user.id }, 'shown');\n\
         res.json({ name: user.name, rate: rate.data });\n\
         } catch (error) { next(error); }\n});\n\
         app.use((error, req, res, next) => { log.error(error); res.sendStatus(500); });\n\
         app.listen(3000, () => console.log('Listening on 3000'));\n",
    )
}

pub(super) fn trusting() -> Fixture {
    Fixture::new()
        .file("package.json", r#"{"dependencies": {"express": "4", "axios": "1"}}"#)
        .file(
            "index.js",
            "const express = require('express');\nconst app = express();\n\
         app.get('/users/:id', async (req, res) => {\n\
         const user = await User.findOne({ id: req.params.id });\n\
         console.log(user.name);\n\
         console.log('here');\n\
         const rate = await axios.get(url);\n\
         console.log(rate);\n\
         res.json(user);\n});\n\
         app.listen(3000);\n",
        )
        .file("rates.js", &"try { keep(rate); } catch (error) {}\n\n".repeat(5))
}
