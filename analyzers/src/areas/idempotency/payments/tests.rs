use super::*;
use crate::Outcome;
use crate::snapshot::fixture::Fixture;

fn outcome(name: &str, text: &str) -> Outcome {
    finding(&Fixture::new().file(name, text).snapshot()).outcome()
}

#[test]
fn a_payment_without_a_key_may_be_paid_twice() {
    let route = "const app = require('express')()\napp.post('/payments', (req, res) => pay(req.body))\n";
    assert_eq!(outcome("app.js", route), Outcome::NotMet);
    let keyed = route.replace("req.body", "req.get('Idempotency-Key')");
    assert_eq!(outcome("app.js", &keyed), Outcome::Met);
}

#[test]
fn a_key_of_one_payment_tells_nothing_of_another() {
    let of = |second: &str| {
        let routes = format!(
            "const app = require('express')()\napp.post('/payments', (req, res) => pay(req.get('Idempotency-Key')))\napp.post('/refunds', (req, res) => refund({second}))\n"
        );
        outcome("app.js", &routes)
    };
    assert_eq!(of("req.body"), Outcome::Partly);
    assert_eq!(of("req.get('Idempotency-Key')"), Outcome::Met);
    let routes = "const app = require('express')()\nconst keyed = require('./middleware')\napp.post('/payments', (req, res) => pay(req.get('Idempotency-Key')))\napp.post('/refunds', keyed, refund)\n";
    let middleware = "module.exports = (req, res, next) => once(req.get('Idempotency-Key'), next)\n";
    let repo = Fixture::new().file("app.js", routes).file("middleware.js", middleware).snapshot();
    assert_eq!(finding(&repo).outcome(), Outcome::Met);
}

#[test]
fn a_state_tells_a_repeated_payment_as_well() {
    let of = |body: &str| {
        let route = format!(
            "const app = require('express')()\napp.post('/orders/:id/pay', async (req, res) => {{\n{body}\n}})\n"
        );
        outcome("app.js", &route)
    };
    assert_eq!(of("const order = await orders.find(req.params.id); await charge(order);"), Outcome::NotMet);
    assert_eq!(of("if (order.status === 'paid') return res.sendStatus(409); await charge(order);"), Outcome::Partly);
    let change = "const order = await Order.findOneAndUpdate({ _id: id, status: 'open' }, { status: 'paying' });\nif (!order) return res.sendStatus(409); await charge(order);";
    assert_eq!(of(change), Outcome::Met);
    // What another route does says nothing of this one.
    let other = "await charge(order);\n})\napp.post('/deliveries', async (req, res) => {\n  await db.query('INSERT INTO a VALUES ($1) ON CONFLICT DO NOTHING', [1]);";
    assert_eq!(of(other), Outcome::NotMet);
}

#[test]
fn paths_say_in_many_ways_that_money_is_moved() {
    let of = |path: &str| {
        let route = format!("const app = require('express')()\napp.post('{path}', (req, res) => pay(req.body))\n");
        outcome("app.js", &route)
    };
    for path in ["/payments/initiate", "/payment/create", "/make-payment", "/createPaymentIntent", "/orders/:id/pay"] {
        assert_eq!(of(path), Outcome::NotMet, "{path}");
    }
    for path in ["/api/v1/verify/pay", "/status/payment", "/check/refund"] {
        assert_eq!(of(path), Outcome::NotApplicable, "{path}");
    }
    assert_eq!(of("/verify-card/pay"), Outcome::NotMet);
    for path in
        ["/payment-methods", "/create-payment-method", "/payments/search", "/orders/create", "/payments/webhook"]
    {
        assert_eq!(of(path), Outcome::NotApplicable, "{path}");
    }
}

#[test]
fn a_route_of_nest_that_takes_payments_needs_no_provider() {
    let controller = "import { Controller, Post, Body } from '@nestjs/common';\n@Controller('orders')\nexport class OrdersController {\n  @Post('payments')\n  pay(@Body() body) { return this.orders.pay(body); }\n}\n";
    let of = |text: &str| {
        let package = r#"{"dependencies": {"@nestjs/core": "10"}}"#;
        let repo = Fixture::new().file("package.json", package).file("src/orders.controller.ts", text);
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(of(controller), Outcome::NotMet);
    assert_eq!(of(&controller.replace("@Post(", "@Get(")), Outcome::NotApplicable);
}

#[test]
fn a_call_to_a_provider_is_enough_to_ask() {
    assert_eq!(outcome("pay.py", "import stripe\nstripe.PaymentIntent.create(amount=1)\n"), Outcome::NotMet);
    assert_eq!(
        outcome("pay.py", "import stripe\nstripe.PaymentIntent.create(amount=1, idempotency_key=key)\n"),
        Outcome::Met
    );
}

#[test]
fn a_class_of_stripes_for_one_resource_asks_for_money() {
    let of = |body: &str| outcome("Pay.cs", &format!("using Stripe;\nclass Pay {{ void F() {{ {body} }} }}\n"));
    assert_eq!(of("var service = new PaymentIntentService(); service.Create(options);"), Outcome::NotMet);
    assert_eq!(of("var service = new RefundService(); service.Create(options);"), Outcome::NotMet);
    assert_eq!(of("var service = new RefundService(); service.List(options);"), Outcome::NotApplicable);
    assert_eq!(of("var service = new CustomerService(); service.Create(options);"), Outcome::NotApplicable);
}

#[test]
fn entries_of_a_ledger_move_money_where_a_key_is_asked_for() {
    let route = "const app = require('express')()\napp.post('/transactions', (req, res) => add(req.body))\n";
    assert_eq!(outcome("app.js", route), Outcome::NotApplicable);
    assert_eq!(outcome("app.js", &route.replace("req.body", "req.get('Idempotency-Key')")), Outcome::Met);
}

#[test]
fn who_reads_a_key_from_a_request_minds_repeated_ones() {
    let route =
        |body: &str| format!("const app = require('express')()\napp.post('/orders', (req, res) => {{ {body} }})\n");
    assert_eq!(outcome("app.js", &route("once(req.headers['idempotency-key'])")), Outcome::Met);
    assert_eq!(outcome("app.js", &route("once(req.get('Idempotency-Key'))")), Outcome::Met);
    assert_eq!(outcome("app.js", &route("add(req.body)")), Outcome::NotApplicable);
    let sets = route("fetch(url, { headers: { 'Idempotency-Key': id } })");
    assert_eq!(outcome("app.js", &sets), Outcome::NotApplicable);
}

#[test]
fn what_is_transferred_may_be_no_money() {
    let route = "const app = require('express')()\napp.post('/repos/:id/transfer', move)\n";
    assert_eq!(outcome("transfer.js", route), Outcome::NotApplicable);
    assert_eq!(outcome("transfer.js", &format!("{route}// {{ amount }}\n")), Outcome::NotMet);
    let counted = |path: &str| {
        let repo = Fixture::new().file("app.js", route).file(path, "const all = { total_amount: 3 };\n");
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(counted("__tests__/transfers.spec.js"), Outcome::NotApplicable);
    assert_eq!(counted("src/transfers.js"), Outcome::NotMet);
    assert_eq!(
        outcome("app.js", "const app = require('express')()\napp.get('/payments', list)\n"),
        Outcome::NotApplicable
    );
}

#[test]
fn what_lets_a_form_ask_and_what_browsers_may_send_keep_nothing_from_being_paid_twice() {
    let of = |line: &str| {
        let route = format!(
            "const app = require('express')()\n{line}\napp.post('/payments', (req, res) => gateway.transaction.sale(req.body))\n"
        );
        outcome("app.js", &route)
    };
    assert_eq!(of("gateway.clientToken.generate({}, answer)"), Outcome::NotMet);
    assert_eq!(of("app.use(cors({ allowedHeaders: ['Idempotency-Key'] }))"), Outcome::NotMet);
    assert_eq!(of("const key = req.headers['idempotency-key']"), Outcome::Met);
}

#[test]
fn what_keeps_no_amount_is_no_payment() {
    let route =
        "const app = require('express')()\nconst { keep } = require('./payments')\napp.post('/payments', keep)\n";
    let of = |own: &str| {
        let repo = Fixture::new().file("app.js", route).file("payments.js", own);
        finding(&repo.snapshot()).outcome()
    };
    assert_eq!(of("exports.keep = (req, res) => save(req.body.method, req.body.token)\n"), Outcome::NotApplicable);
    assert_eq!(of("exports.keep = (req, res) => save(req.body.amount, req.body.token)\n"), Outcome::NotMet);
}

#[test]
fn a_guard_of_one_route_says_nothing_of_another() {
    let route = |path: &str| format!("app.post('{path}', (req, res) => pay(req.body.amount))\n");
    let guard = "const order = await Order.findOneAndUpdate({ _id: id, status: 'open' }, { status: 'paying' });\nif (!order) throw new Paid();\n";
    let of = |paths: &[&str]| {
        let routes: String = paths.iter().map(|path| route(path)).collect();
        let app = format!("const app = require('express')()\n{routes}");
        let repo = Fixture::new().file("app.js", &app).file("db/orders.js", guard).snapshot();
        finding(&repo).outcome()
    };
    assert_eq!(of(&["/api/orders/:id/pay"]), Outcome::Met);
    assert_eq!(of(&["/api/orders/:id/pay", "/api/orders/:id/refund", "/api/refunds"]), Outcome::Met);
    assert_eq!(of(&["/api/orders/:id/pay", "/api/balance/transfer"]), Outcome::Partly);
}

#[test]
fn words_of_payment_services_and_of_other_languages_move_money() {
    let of = |method: &str, path: &str, rest: &str| {
        let route = format!(
            "const app = require('express')()\napp.{method}('{path}', (req, res) => pay(req.body.amount))\n{rest}\n"
        );
        outcome("app.js", &route)
    };
    for path in ["/api/v1/payment-orders", "/point-charges", "/payins", "/wallets/:id/freeze", "/cuentas/:id/retiros"] {
        assert_eq!(of("post", path, ""), Outcome::NotMet, "{path}");
    }
    assert_eq!(of("put", "/transactions/:id/capture", ""), Outcome::NotMet);
    assert_eq!(of("put", "/screens/:id/capture", ""), Outcome::NotApplicable);
    assert_eq!(of("post", "/late-charges", ""), Outcome::NotApplicable);
    assert_eq!(of("post", "/transactions", "check(req.body.cardNumber, req.body.cvv)"), Outcome::NotMet);
    assert_eq!(of("post", "/transactions", "check(req.body.category)"), Outcome::NotApplicable);
    assert_eq!(of("post", "/api/movimientos", "cuenta.saldo -= req.body.valor"), Outcome::NotMet);
    assert_eq!(of("post", "/api/movimientos", "producto.stock -= req.body.cantidad"), Outcome::NotApplicable);
}

#[test]
fn calls_over_grpc_move_money() {
    let of = |body: &str| {
        let code = format!(
            "package payment\n\nfunc (h *Handler) Sale(ctx context.Context, req *paymentv1.SaleRequest) (*paymentv1.Payment, error) {{\n\treturn h.sell(ctx, {body})\n}}\n"
        );
        let found = finding(&Fixture::new().file("internal/payment.go", &code).snapshot());
        (found.outcome(), found.summary().contains("one call of its gRPC interface moves money, Sale"))
    };
    assert_eq!(of("req"), (Outcome::NotMet, true));
    assert_eq!(of("req.IdempotencyKey"), (Outcome::Met, true));
}

#[test]
fn files_that_are_named_after_payments_say_that_there_may_be_some() {
    let of = |names: &[&str]| {
        let repo = names.iter().fold(Fixture::new(), |repo, name| repo.file(name, "export const it = 1;\n"));
        finding(&repo.snapshot()).outcome()
    };
    let named = ["src/payment.service.ts", "src/payment.module.ts", "src/refund.consumer.ts"];
    assert_eq!(of(&named), Outcome::NotAssessable);
    assert_eq!(of(&named[..2]), Outcome::NotApplicable);
    assert_eq!(of(&["src/payment-method.ts", "src/PaymentPage.tsx", "src/payment-status.ts"]), Outcome::NotApplicable);
}
