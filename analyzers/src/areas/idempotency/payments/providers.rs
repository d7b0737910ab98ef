//! Payment providers of many countries: calls that ask one for money, by its address or by its package.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::{Regex, RegexBuilder};

use crate::areas::security::marks::is_for_operators;
use crate::code::Language;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// What a call to a provider's address, written out in the code, begins a payment with.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?-u)https?://[\w.-]*(?:",
        r"zarinpal\.com/pg/[!-~]*(?:request|payment)|idpay\.ir/v[\d.]+/payment|nextpay\.org/nx/gateway/token|pay\.ir/pg/send",
        r"|midtrans\.com/(?:snap|v2)[!-~]*(?:transactions|charge)|midtrans\.com/v2/charge|xendit\.co/[!-~]*(?:invoices|charges|payment)",
        r"|paystack\.co/(?:transaction/initialize|charge|transfer)|flutterwave\.com/v3/(?:payments|charges|transfers)",
        r"|razorpay\.com/v1/(?:orders|payments|payouts)|cashfree\.com/pg/orders|phonepe\.com/[!-~]*/pay\b|paytm\.in/[!-~]*initiateTransaction",
        r"|payu\.(?:com|in)/(?:_payment|api/v2_1/orders)|iyzipay\.com|mercadopago\.com/(?:v1/payments|checkout/preferences)",
        r"|pagar\.me/core/v5/(?:orders|charges)|asaas\.com/(?:api/)?v3/payments|mollie\.com/v2/payments|adyen\.com/[!-~]*/payments",
        r"|yookassa\.ru/v3/payments|yoomoney\.ru/[!-~]*payments|safaricom\.co\.ke/mpesa/(?:stkpush|b2c)|khalti\.com/[!-~]*/(?:initiate|payment)",
        r"|esewa\.com\.np/[!-~]*/(?:form|main)|sslcommerz\.com/gwprocess|bka\.sh/[!-~]*/(?:create|execute)|paymob\.com/api/[!-~]*(?:orders|payment)",
        r"|tap\.company/v2/charges|fawaterk\.com|vnpayment\.vn|momo\.vn/v2/gateway/api/create|api\.stripe\.com/v1/(?:payment_intents|charges|checkout)",
        r"|paypal\.com/v[12]/(?:checkout/orders|payments)|squareup\.com/v2/payments|conekta\.io/orders|wompi\.co/v1/transactions",
        r")"
    ))
});

/// Names of providers, as their packages have them.
static PROVIDER: LazyLock<Regex> = LazyLock::new(|| {
    let names = r"zarinpal|idpay|nextpay|midtrans|xendit|paystack|flutterwave|razorpay|cashfree|phonepe|instamojo|payu\b|iyzi(?:pay|co)|mercado[-_/]?pago|pagarme|pagseguro|asaas|gerencianet|efipay|mollie|adyen|yoo(?:kassa|checkout|money)|khalti|esewa|sslcommerz|bkash|paymob|gopaymob|tappayments|pesapal|mpesa|daraja|vnpay|zalopay|conekta|culqi|wompi|omise|braintree|authorizenet|cybersource";
    RegexBuilder::new(names).case_insensitive(true).unicode(false).build().expect("a constant pattern")
});

/// Calls that begin a payment, by the names that providers' packages give them.
static BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?-u)(?:\.|->|::)(?:",
        r"(?i:charge|purchase|new_?payment_?request|payment_?request|request_?payment|stk_?push|create_?(?:transaction|payment|charge|invoice|preference|order|payout|refund|qr\w*)",
        r"|initiali[sz]e_?(?:transaction|payment)|initiate_?(?:payment|transaction)|start_?payment|make_?payment|charge_?(?:transaction|card))\w*\(",
        // The resource is named before the verb.
        r"|(?i:payments?|orders?|transactions?|preferences?|invoices?|charges?|payouts?|refunds?)(?:\(\))?(?:\.|->|::)(?i:create|charge|initiali[sz]e|initiate)\w*\()"
    ))
});

/// Where money is asked of a provider, at most once in each file.
pub(super) fn calls(repo: &Snapshot) -> Vec<Place> {
    let sources = repo.tree().own_texts().filter(|(file, _)| {
        Language::of(&file.path).is_some() && !is_aside(&file.path) && !is_for_operators(&file.path)
    });
    let is_code = |line: &str| !line.trim_start().starts_with(['#', '/', '*']);
    let is_import = |line: &str| {
        let line = line.trim_start();
        ["import ", "from ", "use ", "using ", "require", "\""].iter().any(|word| line.starts_with(word))
            || line.contains("require(")
    };
    let found = sources.filter_map(|(file, text)| {
        // Rust's tests stand beside the code.
        let text = text.split("\n#[cfg(test)]").next().unwrap_or(text);
        let imports = PROVIDER.is_match(text)
            && text.lines().any(|line| is_code(line) && is_import(line) && PROVIDER.is_match(line));
        if !imports && !ADDRESS.is_match(text) {
            return None;
        }
        let asks = |line: &str| {
            is_code(line) && (ADDRESS.is_match(line) || imports && !is_import(line) && BEGINS.is_match(line))
        };
        let line = text.lines().position(asks)? as u32 + 1;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn lines(path: &str, text: &str) -> Vec<u32> {
        let repo = Fixture::new().file(path, text).snapshot();
        calls(&repo).into_iter().filter_map(|place| Some(place.lines?.0)).collect()
    }

    #[test]
    fn providers_are_known_by_their_packages_and_addresses() {
        let go = "package pay\n\nimport (\n\t\"github.com/a/zarinpal\"\n)\n\nfunc f() {\n\tz.NewPaymentRequest(1000, back, \"a\")\n}\n";
        assert_eq!(lines("pay.go", go), [8]);
        assert_eq!(lines("pay.py", "import razorpay\norder = client.order.create({'amount': 1})\n"), [2]);
        assert_eq!(
            lines(
                "pay.ts",
                "import { createMollieClient } from '@mollie/api-client';\nawait mollie.payments.create({});\n"
            ),
            [2]
        );
        assert_eq!(lines("pay.js", "await axios.post('https://api.paystack.co/transaction/initialize', body);\n"), [1]);
        assert_eq!(lines("Pay.php", "<?php\nuse Midtrans\\Snap;\n$token = Snap::createTransaction($params);\n"), [3]);
    }

    #[test]
    fn a_row_of_a_table_and_a_page_of_documentation_ask_for_nothing() {
        assert!(lines("pay.ts", "await prisma.payment.create({ data });\n").is_empty());
        assert!(lines("pay.py", "# https://api.razorpay.com/v1/orders\nPayment.objects.create()\n").is_empty());
        assert!(
            lines("pay.ts", "import { mollie } from '@mollie/api-client';\nawait mollie.methods.list();\n").is_empty()
        );
        let test = "fn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() { post(\"https://api.paystack.co/transaction/initialize\"); }\n}\n";
        assert!(lines("pay.rs", test).is_empty());
        assert!(lines("tests/pay.ts", "fetch('https://api.paystack.co/transaction/initialize');\n").is_empty());
    }
}
