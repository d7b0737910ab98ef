//! Shops that do twice what arrives twice, and shops that do not.

use super::{Fixture, Met, NotApplicable, NotMet, Outcome};

pub(super) const ONCE: &[(&str, Outcome)] = &[("idempotency.webhooks", Met), ("idempotency.payments", Met)];

pub(super) const TWICE: &[(&str, Outcome)] = &[("idempotency.webhooks", NotMet), ("idempotency.payments", NotMet)];

pub(super) const NONE: &[(&str, Outcome)] =
    &[("idempotency.webhooks", NotApplicable), ("idempotency.payments", NotApplicable)];

pub(super) fn once() -> Fixture {
    Fixture::new().file("requirements.txt", "fastapi==0.115.0\nstripe==11.1.0\n").file(
        "app.py",
        "import stripe\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n\
         @app.post('/webhooks/stripe')\ndef on_event(request):\n    \
         event = stripe.Webhook.construct_event(request.body, request.headers['Stripe-Signature'], KEY)\n    \
         _, is_new = Event.get_or_create(id=event.id)\n    if is_new:\n        ship(event)\n\n\n\
         @app.post('/payments')\ndef pay(order: Order):\n    \
         stripe.PaymentIntent.create(amount=order.total, idempotency_key=order.id)\n",
    )
}

pub(super) fn twice() -> Fixture {
    Fixture::new().file("requirements.txt", "fastapi==0.115.0\nstripe==11.1.0\n").file(
        "app.py",
        "import stripe\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n\
         @app.post('/webhooks/stripe')\ndef on_event(event: dict):\n    ship(event)\n\n\n\
         @app.post('/payments')\ndef pay(order: Order):\n    stripe.PaymentIntent.create(amount=order.total)\n",
    )
}
