//! Figures for Prometheus (CFG-81): counts and times, never an id or a name.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of the histograms, seconds.
const BUCKETS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    path: String,
    status: u16,
}
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: String,
    path: String,
}
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    service: String,
    method: String,
    code: &'static str,
}
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabels {
    service: String,
    method: String,
}
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SocketLabels {
    socket: &'static str,
    direction: &'static str,
}

type Times<Labels> = Family<Labels, Histogram, fn() -> Histogram>;

/// All figures of one Hub.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_times: Times<RouteLabels>,
    calls: Family<CallLabels, Counter>,
    call_times: Times<MethodLabels>,
    workers: Gauge,
    agents: Gauge,
    terminals: Gauge,
    channels: Gauge,
    channels_opened: Gauge<u64, AtomicU64>,
    pub sockets: Gauge,
    messages: Family<SocketLabels, Counter>,
}

/// What is read rather than counted.
#[derive(Debug, Default)]
pub(crate) struct Now {
    pub workers: usize,
    pub agents: usize,
    pub terminals: usize,
    pub channels: usize,
    pub channels_opened: u64,
}

fn histogram() -> Histogram {
    Histogram::new(BUCKETS)
}

impl Metrics {
    pub fn new() -> Self {
        let times: fn() -> Histogram = histogram;
        let mut metrics = Self {
            registry: Registry::with_prefix("leapmux"),
            requests: Family::default(),
            request_times: Family::new_with_constructor(times),
            calls: Family::default(),
            call_times: Family::new_with_constructor(times),
            workers: Gauge::default(),
            agents: Gauge::default(),
            terminals: Gauge::default(),
            channels: Gauge::default(),
            channels_opened: Gauge::default(),
            sockets: Gauge::default(),
            messages: Family::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "HTTP requests answered", metrics.requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time to the head of the answer",
            metrics.request_times.clone(),
        );
        registry.register("rpc_requests", "Calls answered", metrics.calls.clone());
        registry.register(
            "rpc_request_duration_seconds",
            "Time to the answer of a call",
            metrics.call_times.clone(),
        );
        registry.register("active_workers", "Workers with an open link", metrics.workers.clone());
        registry.register("active_agents", "Agent tabs in layouts", metrics.agents.clone());
        registry.register("active_terminals", "Terminal tabs in layouts", metrics.terminals.clone());
        registry.register(
            "channels_active",
            "Encrypted channels through the relay",
            metrics.channels.clone(),
        );
        registry.register(
            "channels_opened",
            "Channels opened since the start",
            metrics.channels_opened.clone(),
        );
        registry.register("ws_connections_active", "Open WebSockets", metrics.sockets.clone());
        registry.register("ws_messages", "WebSocket messages", metrics.messages.clone());
        metrics
    }

    pub fn request(&self, method: &str, path: &str, status: u16, took: Duration) {
        let (method, path) = (method.to_owned(), path.to_owned());
        self.requests
            .get_or_create(&RequestLabels { method: method.clone(), path: path.clone(), status })
            .inc();
        self.request_times.get_or_create(&RouteLabels { method, path }).observe(took.as_secs_f64());
    }

    pub fn call(&self, service: &str, method: &str, code: &'static str, took: Duration) {
        let (service, method) = (service.to_owned(), method.to_owned());
        self.calls
            .get_or_create(&CallLabels { service: service.clone(), method: method.clone(), code })
            .inc();
        self.call_times.get_or_create(&MethodLabels { service, method }).observe(took.as_secs_f64());
    }

    /// Counters for the messages of one kind of socket: received, sent.
    pub fn messages(&self, socket: &'static str) -> (Counter, Counter) {
        let count = |direction| self.messages.get_or_create(&SocketLabels { socket, direction }).clone();
        (count("in"), count("out"))
    }

    /// The page, with what is read rather than counted brought up to date.
    pub fn page(&self, now: &Now) -> String {
        self.workers.set(now.workers as i64);
        self.agents.set(now.agents as i64);
        self.terminals.set(now.terminals as i64);
        self.channels.set(now.channels as i64);
        self.channels_opened.set(now.channels_opened);
        let mut page = String::new();
        // Writing to a string does not fail.
        text::encode(&mut page, &self.registry).expect("memory takes text");
        page
    }
}
