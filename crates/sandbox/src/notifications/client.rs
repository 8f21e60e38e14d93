//! The HTTP client by which providers reach merchants: the only place of the sandbox that opens connections.

use std::time::Duration;

/// A merchant that takes longer has failed this attempt.
const PATIENCE: Duration = Duration::from_secs(5);

/// No provider looks at more of an answer, in bytes.
const LONGEST_ANSWER: usize = 1024;

/// One attempt's message.
pub(crate) struct Message {
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Message {
    /// Posts it, and says what the merchant answered.
    pub async fn post(self, client: &reqwest::Client, url: &str) -> Result<(u16, Vec<u8>), reqwest::Error> {
        let mut request = client.post(url).header("content-type", self.content_type).body(self.body);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        answer(request).await
    }
}

/// A client that neither follows redirects (they count as failures) nor asks a proxy.
pub(crate) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(PATIENCE).build()
}

/// Reads no more of an answer than it takes to see that it is too long.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), reqwest::Error> {
    let mut reply = request.send().await?;
    let mut body = Vec::new();
    while body.len() <= LONGEST_ANSWER {
        let Some(chunk) = reply.chunk().await? else { break };
        body.extend_from_slice(&chunk);
    }
    Ok((reply.status().as_u16(), body))
}
