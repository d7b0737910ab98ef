//! Background tasks that survive a failure, and tasks that do not.

use super::{Fixture, Met, NotApplicable, NotAssessable, NotMet, Outcome};

pub(super) const CAREFUL: &[(&str, Outcome)] =
    &[("jobs.retries", Met), ("jobs.idempotent", Met), ("jobs.dead-letter", Met)];

pub(super) const CARELESS: &[(&str, Outcome)] =
    &[("jobs.retries", NotMet), ("jobs.idempotent", NotMet), ("jobs.dead-letter", NotMet)];

pub(super) const SILENT: &[(&str, Outcome)] = &[("jobs.idempotent", NotAssessable)];

pub(super) const NONE: &[(&str, Outcome)] =
    &[("jobs.retries", NotApplicable), ("jobs.idempotent", NotApplicable), ("jobs.dead-letter", NotApplicable)];

pub(super) fn careful() -> Fixture {
    Fixture::new().file("requirements.txt", "celery==5.4.0\nsentry-sdk==2.18.0\n").file(
        "shop/tasks.py",
        "from celery import shared_task\n\n\n\
         @shared_task(autoretry_for=(IOError,), retry_backoff=True, max_retries=5)\ndef send_receipt(order_id):\n    \
         receipt, is_new = Receipt.objects.get_or_create(order_id=order_id)\n    \
         if is_new:\n        send_mail('Thank you', receipt.text, None, [receipt.to])\n",
    )
}

pub(super) fn careless() -> Fixture {
    Fixture::new().file("requirements.txt", "celery==5.4.0\n").file(
        "shop/tasks.py",
        "from celery import shared_task\n\n\n@shared_task\ndef send_receipt(order_id):\n    \
         send_mail('Thank you', 'for your order', None, [address(order_id)])\n",
    )
}

pub(super) fn silent() -> Fixture {
    Fixture::new().file("package.json", r#"{"dependencies": {"bullmq": "5"}}"#).file(
        "worker.js",
        "import { Worker } from 'bullmq';\nnew Worker('thumbnails', async (job) => resize(job.data.path));\n",
    )
}
