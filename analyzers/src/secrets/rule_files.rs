//! The files under `rules/secrets/`, as they are built in.

macro_rules! rule_files {
    ($($path:literal),* $(,)?) => {
        /// Path and text of each. Of two rules of one tier that match at one place the earlier wins.
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../../rules/secrets/", $path)))),*];
    };
}

rule_files![
    "ai/anthropic.toml",
    "ai/cerebras.toml",
    "ai/cohere.toml",
    "ai/deepseek.toml",
    "ai/elevenlabs.toml",
    "ai/groq.toml",
    "ai/hugging_face.toml",
    "ai/langchain.toml",
    "ai/langfuse.toml",
    "ai/mistral.toml",
    "ai/nvidia.toml",
    "ai/openai.toml",
    "ai/openrouter.toml",
    "ai/perplexity.toml",
    "ai/pinecone.toml",
    "ai/replicate.toml",
    "ai/tavily.toml",
    "ai/together.toml",
    "ai/xai.toml",
    "ci/buildkite.toml",
    "ci/circleci.toml",
    "ci/code_climate.toml",
    "ci/codecov.toml",
    "ci/coveralls.toml",
    "ci/cypress.toml",
    "ci/octopus.toml",
    "ci/snyk.toml",
    "ci/sonarqube.toml",
    "cloud/alibaba_cloud.toml",
    "cloud/aws.toml",
    "cloud/azure.toml",
    "cloud/cloudflare.toml",
    "cloud/digitalocean.toml",
    "cloud/docker.toml",
    "cloud/fastly.toml",
    "cloud/firebase.toml",
    "cloud/fly.toml",
    "cloud/gcp.toml",
    "cloud/heroku.toml",
    "cloud/hetzner.toml",
    "cloud/ibm.toml",
    "cloud/kubernetes.toml",
    "cloud/linode.toml",
    "cloud/netlify.toml",
    "cloud/ngrok.toml",
    "cloud/openshift.toml",
    "cloud/pulumi.toml",
    "cloud/render.toml",
    "cloud/scaleway.toml",
    "cloud/tailscale.toml",
    "cloud/tencent.toml",
    "cloud/vercel.toml",
    "cloud/vultr.toml",
    "cloud/yandex.toml",
    "content/airtable.toml",
    "content/algolia.toml",
    "content/dropbox.toml",
    "content/linear.toml",
    "content/mapbox.toml",
    "content/notion.toml",
    "content/postman.toml",
    "content/tines.toml",
    "database/connection.toml",
    "database/databricks.toml",
    "database/planetscale.toml",
    "database/supabase.toml",
    "file/dump.toml",
    "file/stored.toml",
    "framework/aspnet.toml",
    "framework/laravel.toml",
    "framework/phoenix.toml",
    "framework/rails.toml",
    "framework/signing.toml",
    "framework/spring.toml",
    "framework/symfony.toml",
    "framework/wordpress.toml",
    "host/atlassian.toml",
    "host/github.toml",
    "host/gitlab.toml",
    "host/sourcegraph.toml",
    "identity/doppler.toml",
    "identity/hashicorp.toml",
    "identity/jwk.toml",
    "identity/jwt.toml",
    "key/private_key.toml",
    "mail/brevo.toml",
    "mail/mailchimp.toml",
    "mail/mailgun.toml",
    "mail/postmark.toml",
    "mail/resend.toml",
    "mail/sendgrid.toml",
    "messaging/discord.toml",
    "messaging/microsoft_teams.toml",
    "messaging/nats.toml",
    "messaging/slack.toml",
    "messaging/telegram.toml",
    "messaging/twilio.toml",
    "monitoring/datadog.toml",
    "monitoring/grafana.toml",
    "monitoring/new_relic.toml",
    "monitoring/pagerduty.toml",
    "monitoring/sentry.toml",
    "payment/flutterwave.toml",
    "payment/mercado_pago.toml",
    "payment/paypal.toml",
    "payment/razorpay.toml",
    "payment/shopify.toml",
    "payment/square.toml",
    "payment/stripe.toml",
    "registry/crates_io.toml",
    "registry/gradle.toml",
    "registry/jfrog.toml",
    "registry/maven.toml",
    "registry/npm.toml",
    "registry/nuget.toml",
    "registry/pypi.toml",
    "registry/rubygems.toml",
    // Last: whatever knows more of a value comes first.
    "generic/assigned.toml",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/secrets");
        let there: BTreeSet<String> = std::fs::read_dir(&folder)
            .unwrap()
            .flat_map(|topic| std::fs::read_dir(topic.unwrap().path()).unwrap())
            .map(|file| file.unwrap().path().strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/"))
            .collect();
        assert_eq!(super::FILES.iter().map(|(path, _)| (*path).to_owned()).collect::<BTreeSet<_>>(), there);
    }
}
