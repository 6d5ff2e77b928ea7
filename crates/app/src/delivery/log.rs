//! The delivery log: what was sent where, each try with its answer, and test events whose answer is shown at once.
use crate::delivery::kept::{self, Kept, shown_headers};
use crate::delivery::send;
use crate::mask::Mask;
use crate::{App, Error, Result};
use smartbot_model::delivery::{Attempt, Delivery, DeliveryDetail, Phases, TestResult};
use smartbot_model::event::{Actor, Event};
use smartbot_model::webhook::Endpoint;
use smartbot_model::{DeliveryId, EndpointId, EventId, EventType, Phi, WorkspaceId};
use smartbot_store::{AttemptRow, DeliveryView, EventRow};
pub use smartbot_store::{BoxOfBot, DeliveryFilter};

fn shown(it: DeliveryView) -> Delivery {
    Delivery {
        id: it.id,
        event_id: it.event_id,
        r#type: it.event_type,
        endpoint_id: it.endpoint_id,
        state: it.state,
        attempts: it.attempts,
        last_status: it.last_status,
        last_error: it.last_error,
        next_attempt_at: it.next_attempt_at,
        created_at: it.created_at,
    }
}

fn shown_attempt(it: AttemptRow) -> Attempt {
    Attempt {
        attempt: it.attempt,
        started_at: it.started_at,
        duration_ms: u64::try_from(it.duration.as_millis()).unwrap_or(u64::MAX),
        status: it.status,
        error: it.error,
        phase: it.phase,
        phases: Phases {
            dns_us: it.phases.dns_us,
            connect_us: it.phases.connect_us,
            to_headers_us: it.phases.to_headers_us,
        },
        response_headers: it.response_headers,
        response_body: it.response.map(Phi::into_inner),
    }
}

impl App {
    /// One delivery.
    pub async fn delivery(&self, workspace: WorkspaceId, id: DeliveryId) -> Result<Delivery> {
        let view = self.store.delivery(workspace, id).await?;
        view.map(shown).ok_or(Error::NotFound("delivery"))
    }

    /// Deliveries of a workspace, the newest first, after `before`.
    pub async fn deliveries(
        &self,
        workspace: WorkspaceId,
        filter: DeliveryFilter,
    ) -> Result<Vec<Delivery>> {
        let views = self.store.deliveries(workspace, filter).await?;
        Ok(views.into_iter().map(shown).collect())
    }

    /// One delivery with its tries and a line that repeats it.
    pub async fn delivery_detail(
        &self,
        workspace: WorkspaceId,
        id: DeliveryId,
    ) -> Result<DeliveryDetail> {
        let view = self.store.delivery(workspace, id).await?;
        let view = view.ok_or(Error::NotFound("delivery"))?;
        let (detail, delivery) = (view.detail, shown(view));
        let endpoint = self.endpoint(workspace, delivery.endpoint_id).await?;
        let attempts = self.store.attempts(workspace, id).await?;
        let event = self
            .store
            .readable_event(workspace, delivery.event_id)
            .await?;
        let body = match event {
            Some(event) => Some(send::payload(workspace, &event, detail)?),
            None => None,
        };
        let (mut request_headers, mut curl) = (Vec::new(), None);
        if let Some(body) = &body {
            let secrets = self.endpoint_secrets(workspace, endpoint.id).await?;
            let own = endpoint.headers.clone();
            let plain = Endpoint {
                headers: Vec::new(),
                ..endpoint.clone()
            };
            let event_id = delivery.event_id.to_string();
            let headers = |at| {
                let request = send::request(&plain, &secrets, &event_id, at, body.clone())?;
                let mut all = shown_headers(&request.headers, &Mask::default());
                all.extend(own.iter().map(|(name, _)| (name.clone(), "•••".to_owned())));
                Ok::<_, Error>(all)
            };
            let now = self.now();
            request_headers = headers(attempts.last().map_or(now, |it| it.started_at))?;
            // What is signed for the time of a try is refused by receivers now.
            curl = Some(curl_line(&endpoint.url, &headers(now)?, body));
        }
        Ok(DeliveryDetail {
            url: endpoint.url,
            request_body: body.map(|it| String::from_utf8_lossy(&it).into_owned()),
            request_headers,
            curl,
            attempt_log: attempts.into_iter().map(shown_attempt).collect(),
            delivery,
        })
    }

    /// Sends a sample of a type to an endpoint, signed like every other, and tells the answer. It is no event: nothing is recorded, and
    /// it counts neither for nor against the endpoint.
    pub async fn test_endpoint(
        &self,
        workspace: WorkspaceId,
        id: EndpointId,
        event_type: EventType,
        actor: Actor,
    ) -> Result<TestResult> {
        let endpoint = self.endpoint(workspace, id).await?;
        let secrets = self.endpoint_secrets(workspace, id).await?;
        let at = self.now();
        let mut data = Event::sample(event_type).data()?;
        if event_type == EventType::WebhookTest
            && let Some(data) = data.as_object_mut()
        {
            data.insert("endpoint_id".into(), id.to_string().into());
        }
        let event = EventRow {
            id: EventId::new(at, &*self.random),
            event_type,
            subject: workspace.to_string(),
            sequence: 0,
            occurred_at: at,
            actor,
            data: Phi::new(data),
            session_id: None,
        };
        let body = send::payload(workspace, &event, endpoint.detail)?;
        let request_body = String::from_utf8_lossy(&body).into_owned();
        let request = send::request(&endpoint, &secrets, &event.id.to_string(), at, body)?;
        let signatures = request.headers.get(send::SIGNATURE).cloned();
        let sent = self.egress.send(request).await;
        let duration = self.now().since(at);
        let mut result = TestResult {
            ok: false,
            event_id: event.id,
            status: None,
            error: None,
            detail: None,
            duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            request_body,
            response_headers: Vec::new(),
            response_body: None,
        };
        match sent {
            Ok(answer) => {
                result.ok = answer.status.is_success();
                result.status = Some(answer.status.as_u16());
                if !result.ok {
                    result.error = Some("http_status".into());
                    result.detail = Some("Answer with a status from 200 to 299.".into());
                }
                let mask = || kept::mask(&endpoint, &secrets, signatures.as_ref());
                let kept = Kept::of(&answer, mask);
                result.response_headers = kept.headers;
                result.response_body = Some(kept.body);
            }
            Err(error) => {
                result.error = Some(error.code().to_owned());
                result.detail = Some(format!("{error}."));
            }
        }
        Ok(result)
    }
}

fn curl_line(url: &str, headers: &[(String, String)], body: &[u8]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let mut line = format!("curl -X POST {}", quoted(url));
    for (name, value) in headers {
        line.push_str(" -H ");
        line.push_str(&quoted(&format!("{name}: {value}")));
    }
    line.push_str(" --data-raw ");
    line.push_str(&quoted(&String::from_utf8_lossy(body)));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curl_line_survives_quotes() {
        let headers = [("a".to_owned(), "it's".to_owned())];
        let line = curl_line("https://x.example/?a=1", &headers, br#"{"a":"b'c"}"#);
        let expected =
            r#"curl -X POST 'https://x.example/?a=1' -H 'a: it'\''s' --data-raw '{"a":"b'\''c"}'"#;
        assert_eq!(line, expected);
    }
}
