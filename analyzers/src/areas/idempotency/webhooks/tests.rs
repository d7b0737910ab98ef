use super::*;
use crate::Outcome;
use crate::snapshot::fixture::Fixture;

fn found(routes: &str) -> Finding {
    finding(&Fixture::new().file("app.js", &format!("const app = require('express')()\n{routes}\n")).snapshot())
}

#[test]
fn a_checked_and_remembered_event_is_met() {
    let both = "app.post('/stripe/webhook', (req, res) => {\n const event = stripe.webhooks.constructEvent(a, b, c)\n if (db.has(processedEvents, event.id)) return res.end()\n})";
    let found = found(both);
    assert_eq!((found.outcome(), &found.facts()["handlers"]), (Outcome::Met, &1.into()));
}

#[test]
fn a_key_that_the_database_refuses_twice_is_a_sign_and_a_key_of_another_route_is_none() {
    let with = |seen: &str, pay: &str| {
        found(&format!(
            "app.post('/stripe/webhook', async (req, res) => {{\n  const event = stripe.webhooks.constructEvent(a, b, c)\n  {seen}\n}})\n\napp.post('/payments', async (req, res) => {{\n  {pay}\n}})"
        ))
        .outcome()
    };
    assert_eq!(
        with("await pool.query('INSERT INTO seen (id) VALUES ($1) ON CONFLICT DO NOTHING', [event.id])", ""),
        Outcome::Met
    );
    assert_eq!(
        with("ship(event)", "await stripe.paymentIntents.create({ amount }, { idempotencyKey: key })"),
        Outcome::Partly
    );
}

#[test]
fn a_callback_that_checks_a_signature_takes_an_event_and_one_of_a_login_does_not() {
    let with = |path: &str, check: &str| {
        let urls =
            format!("from django.urls import path\nfrom . import views\nurlpatterns = [path('{path}', views.back)]\n");
        let views = format!(
            "import razorpay\n\n@csrf_exempt\ndef back(request):\n    {check}(request.POST)\n    payment = Payment.objects.get_or_create(id=1)\n    return HttpResponse()\n"
        );
        let repo = Fixture::new()
            .file("manage.py", "import django\n")
            .file("requirements.txt", "django\n")
            .file("shop/urls.py", &urls)
            .file("shop/views.py", &views);
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(with("order/callback/", "client.utility.verify_payment_signature"), Outcome::Met);
    assert_eq!(with("order/paymenthandler/", "checksum.verify_checksum"), Outcome::Met);
    assert_eq!(with("order/callback/", "show"), Outcome::NotApplicable);
    assert_eq!(with("auth/callback/", "verify_signature"), Outcome::NotApplicable);
}

#[test]
fn a_handler_behind_a_providers_name_may_say_that_it_takes_an_event() {
    let of = |path: &str, body: &str| found(&format!("app.post('{path}', (req, res) => {{ {body} }})")).outcome();
    assert_eq!(of("/paypal/orders/cancel", "cancel(new NotificationDto(req.body))"), Outcome::NotMet);
    assert_eq!(of("/orders/cancel", "cancel(new NotificationDto(req.body))"), Outcome::NotApplicable);
    assert_eq!(of("/paypal/orders", "pay({ webhookUrl: url, notification_url: url })"), Outcome::NotApplicable);
    let get = "app.get('/paypal/orders/cancel', (req, res) => { cancel(new WebhookEvents(req.body)) })";
    assert_eq!(found(get).outcome(), Outcome::NotApplicable);
}

#[test]
fn an_event_that_has_a_name_is_not_known_from_before() {
    let with = |rest: &str| {
        found(&format!(
            "app.post('/stripe/webhook', (req, res) => {{\n const stripeEvent = stripe.webhooks.constructEvent(a, b, c)\n {rest}\n}})"
        ))
        .outcome()
    };
    assert_eq!(with("ship(stripeEvent.data)"), Outcome::Partly);
    assert_eq!(with("prisma.stripeEvent.findUnique({ where: { id } })"), Outcome::Met);
    assert_eq!(with("StripeEvent.find({ id })"), Outcome::Met);
    assert_eq!(with("db.insert('stripe_events', id)"), Outcome::Met);
}

#[test]
fn each_half_alone_is_partly() {
    let verified = "app.post('/webhook', (req, res) => { stripe.webhooks.constructEvent(a, b, c) })";
    assert_eq!(found(verified).outcome(), Outcome::Partly);
    let seen = "app.post('/webhook', (req, res) => { Event.findOrCreate({ id }) })";
    assert_eq!(found(seen).outcome(), Outcome::Partly);
    assert_eq!(found("app.post('/webhook', (req, res) => { ship(req.body) })").outcome(), Outcome::NotMet);
}

#[test]
fn one_handler_without_what_another_has_is_in_part_with_its_line() {
    let both = "app.post('/stripe/webhook', (req, res) => {\n const event = stripe.webhooks.constructEvent(a, b, c)\n if (db.has(processedEvents, event.id)) return res.end()\n})\n";
    let bare = "app.post('/paypal/webhook', (req, res) => {\n ship(req.body)\n})";
    let found = found(&format!("{both}{bare}"));
    assert_eq!((found.outcome(), &found.facts()["wanting"]), (Outcome::Partly, &1.into()));
    assert_eq!(found.places()[0].lines.map(|lines| lines.0), Some(6));
    assert!(found.summary().contains("for POST /paypal/webhook neither"), "{}", found.summary());
}

#[test]
fn a_helper_counts_for_the_handler_that_names_it() {
    let helper = "function once(event) {\n stripe.webhooks.constructEvent(a, b, c)\n return db.has(processedEvents, event.id)\n}\n";
    let routes = "app.post('/stripe/webhook', (req, res) => {\n once(req.body)\n})\napp.post('/paypal/webhook', (req, res) => {\n ship(req.body)\n})";
    assert_eq!(found(&format!("{helper}{routes}")).outcome(), Outcome::Partly);
    let shared = routes.replace("ship(", "once(");
    assert_eq!(found(&format!("{helper}{shared}")).outcome(), Outcome::Met);
    let before = "app.use((req, res, next) => { stripe.webhooks.constructEvent(a); db.has(processedEvents) })\n";
    assert_eq!(found(&format!("{before}{routes}")).outcome(), Outcome::Met);
}

#[test]
fn webhooks_that_customers_register_are_no_events() {
    let registered = "app.post('/webhooks', add)\napp.get('/webhooks', list)\napp.delete('/webhooks/:id', remove)";
    assert_eq!(found(registered).outcome(), Outcome::NotApplicable);
    let listed = "app.post('/webhooks', add)\napp.get('/webhooks', list)";
    assert_eq!(found(listed).outcome(), Outcome::NotApplicable);
    assert_eq!(found("app.post('/webhook', take)\napp.get('/webhook', challenge)").outcome(), Outcome::NotMet);
    assert_eq!(found("app.post('/hooks/github', take)").outcome(), Outcome::NotMet);
    assert_eq!(found("app.post('/hooks/reload', take)").outcome(), Outcome::NotApplicable);
    assert_eq!(found("app.all('/projects/:id/add_webhook', add)").outcome(), Outcome::NotApplicable);
    assert_eq!(found("app.post('/orders', add)").outcome(), Outcome::NotApplicable);
}
