//! Libraries that ask other systems on a program's behalf, and set their own limits to how long they wait.

use crate::Snapshot;
use crate::areas::in_words;
use crate::areas::security::marks;
use crate::code::Language;
use crate::paths::is_aside;
use crate::snapshot::stack::Ecosystem::{self, Cargo, Go, Jvm, Npm, Nuget, Php, Python, Ruby};

/// So many are named in a sentence.
const NAMED: usize = 3;

/// Packages, and whom they ask.
const PACKAGES: &[(Ecosystem, &str, &str)] = &[
    (Npm, "openai", "OpenAI"),
    (Python, "openai", "OpenAI"),
    (Go, "github.com/sashabaranov/go-openai", "OpenAI"),
    (Go, "github.com/openai/openai-go*", "OpenAI"),
    (Ruby, "ruby-openai", "OpenAI"),
    (Php, "openai-php/*", "OpenAI"),
    (Nuget, "openai", "OpenAI"),
    (Cargo, "async-openai", "OpenAI"),
    (Npm, "@anthropic-ai/sdk", "Anthropic"),
    (Python, "anthropic", "Anthropic"),
    (Npm, "@google/generative-ai", "Gemini"),
    (Python, "google-generativeai", "Gemini"),
    (Npm, "ollama", "Ollama"),
    (Python, "ollama", "Ollama"),
    (Go, "github.com/ollama/ollama", "Ollama"),
    (Npm, "@aws-sdk/client-*", "AWS"),
    (Npm, "aws-sdk", "AWS"),
    (Python, "boto3", "AWS"),
    (Python, "aioboto3", "AWS"),
    (Go, "github.com/aws/aws-sdk-go*", "AWS"),
    (Jvm, "com.amazonaws:aws-java-sdk*", "AWS"),
    (Jvm, "software.amazon.awssdk:*", "AWS"),
    (Ruby, "aws-sdk*", "AWS"),
    (Php, "aws/aws-sdk-php", "AWS"),
    (Nuget, "awssdk.*", "AWS"),
    (Cargo, "aws-sdk-*", "AWS"),
    (Npm, "cloudinary", "Cloudinary"),
    (Python, "cloudinary", "Cloudinary"),
    (Go, "github.com/cloudinary/*", "Cloudinary"),
    (Jvm, "com.cloudinary:*", "Cloudinary"),
    (Ruby, "cloudinary", "Cloudinary"),
    (Php, "cloudinary/*", "Cloudinary"),
    (Nuget, "cloudinarydotnet", "Cloudinary"),
    (Npm, "stripe", "Stripe"),
    (Python, "stripe", "Stripe"),
    (Go, "github.com/stripe/*", "Stripe"),
    (Jvm, "com.stripe:*", "Stripe"),
    (Ruby, "stripe", "Stripe"),
    (Php, "stripe/stripe-php", "Stripe"),
    (Nuget, "stripe.net", "Stripe"),
    (Cargo, "async-stripe", "Stripe"),
    (Npm, "nodemailer", "a mail server"),
    (Npm, "@nestjs-modules/mailer", "a mail server"),
    (Jvm, "org.springframework.boot:spring-boot-starter-mail", "a mail server"),
    (Go, "gopkg.in/gomail*", "a mail server"),
    (Go, "github.com/go-mail/*", "a mail server"),
    (Go, "github.com/wneessen/go-mail", "a mail server"),
    (Nuget, "mailkit", "a mail server"),
    (Cargo, "lettre", "a mail server"),
    (Python, "fastapi-mail", "a mail server"),
    (Python, "flask-mail", "a mail server"),
    (Npm, "@sendgrid/mail", "SendGrid"),
    (Python, "sendgrid", "SendGrid"),
    (Go, "github.com/sendgrid/*", "SendGrid"),
    (Nuget, "sendgrid", "SendGrid"),
    (Npm, "resend", "Resend"),
    (Npm, "twilio", "Twilio"),
    (Python, "twilio", "Twilio"),
    (Go, "github.com/twilio/*", "Twilio"),
    (Ruby, "twilio-ruby", "Twilio"),
    (Php, "twilio/sdk", "Twilio"),
    (Nuget, "twilio", "Twilio"),
    (Npm, "firebase-admin", "Firebase"),
    (Python, "firebase-admin", "Firebase"),
    (Go, "firebase.google.com/go*", "Firebase"),
    (Jvm, "com.google.firebase:firebase-admin", "Firebase"),
];

/// Calls of languages' own libraries, and whom they ask.
const CALLS: &[(&str, &str)] =
    &[("smtp.SendMail(", "a mail server"), ("smtplib.SMTP", "a mail server"), ("new SmtpClient(", "a mail server")];

/// Whom the program asks by such a library: `Ollama and a mail server`.
pub(super) fn asked(repo: &Snapshot) -> Option<String> {
    let of_packages = PACKAGES.chunks(1).filter_map(|package| marks::package(repo, package)).map(|(_, name)| *name);
    let sources =
        repo.tree().own_texts().filter(|(file, _)| Language::of(&file.path).is_some() && !is_aside(&file.path));
    let of_calls =
        sources.flat_map(|(_, text)| CALLS.iter().filter(|(call, _)| text.contains(call)).map(|(_, name)| *name));
    let mut names: Vec<&str> = Vec::new();
    for name in of_packages.chain(of_calls) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(NAMED);
    (!names.is_empty()).then(|| in_words(&names))
}
