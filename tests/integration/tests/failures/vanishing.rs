//! A client that vanishes in the middle of everything: what runs goes on, and whoever comes back finds all of it.

use leapmux_client::{CallStream, Channel, Class};
use leapmux_proto_worker::leapmux::worker::v1 as pb;
use pb::terminal_event::Event;
use pb::terminal_input::Input;

use tokio::time::timeout;

use crate::conversation::{PATIENCE, Stage, View, WORKSPACE, open_agent, say};

const TERMINAL: &str = "tab_terminal";

/// One window's view of the terminal, as text.
struct Screen {
    events: CallStream,
    text: String,
}

impl Screen {
    async fn attach(channel: &Channel) -> Self {
        let request = pb::AttachTerminalRequest { tab_id: TERMINAL.to_owned(), ..Default::default() };
        let events = channel.watch("terminal.Attach", &request).await.expect("attached");
        Self { events, text: String::new() }
    }

    async fn next(&mut self) -> Event {
        let event = timeout(PATIENCE, self.events.next::<pb::TerminalEvent>()).await;
        let event = event.unwrap_or_else(|_| panic!("nothing more came:\n{}", self.text));
        let event = event.expect("open").expect("more to come");
        let event = event.event.expect("an event of a kind");
        match &event {
            Event::Redraw(redraw) => self.text = String::from_utf8_lossy(&redraw.data).into_owned(),
            Event::Output(output) => self.text.push_str(&String::from_utf8_lossy(&output.data)),
            _ => {}
        }
        event
    }

    /// The shell takes input.
    async fn ready(&mut self) {
        while !matches!(self.next().await, Event::Status(status) if status.state == pb::TerminalState::Ready)
        {
        }
    }

    async fn until(&mut self, text: &str) {
        while !self.text.contains(text) {
            self.next().await;
        }
    }
}

async fn type_in(channel: &Channel, text: &str) {
    let keys = channel.stream(Class::Interactive, "terminal.Input").await.expect("a way in");
    let data = Some(Input::Data(text.as_bytes().to_vec()));
    let input = pb::TerminalInput { tab_id: TERMINAL.to_owned(), input: data, ..Default::default() };
    keys.send(&input).await.expect("the terminal listens");
    keys.finish().expect("open");
    let mut keys = keys;
    while keys.next_bytes().await.expect("typed").is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn turn_and_flood_go_on_without_the_client_and_nothing_is_missing_when_it_is_back() {
    let stage = Stage::set().await;
    stage.make_pipe();
    let client = stage.client().await;
    open_agent(&client.channel).await;
    let open = pb::OpenTerminalRequest {
        tab_id: TERMINAL.to_owned(),
        workspace_id: WORKSPACE.to_owned(),
        shell: "/bin/sh".to_owned(),
        cols: 80,
        rows: 24,
        ..Default::default()
    };
    let _: pb::OpenTerminalResponse = client.channel.call("terminal.Open", &open).await.expect("opened");
    let mut screen = Screen::attach(&client.channel).await;
    screen.ready().await;
    type_in(&client.channel, "mine=kept; yes flood | head -c 5000000; echo it is o''ver\r").await;
    screen.until("flood\r\nflood").await;
    let mut view = View::after(&client.channel, 0).await;
    let message = say(&client.channel, "wait for it").await;
    view.until(|view| view.text().starts_with("Echo")).await;
    let (half, rev) = (view.text(), view.rev);
    client.leg.vanish();

    // Nobody looks, and both end.
    stage.let_go().await;
    let back = stage.client().await;
    let mut view = View::after(&back.channel, rev).await;
    view.until(|view| !view.turn_ends().is_empty()).await;
    assert!(!view.reset, "it goes on from what it had");
    assert_eq!((view.text().as_str(), half.len() < view.text().len()), ("Echo of wait for it", true));
    assert_eq!(view.turn_ends()[0].stop, "completed");
    assert_eq!(say(&back.channel, "wait for it").await, message, "sent again, it is the same message");
    assert_eq!(stage.home.log("received.log"), ["wait for it"]);
    let mut screen = Screen::attach(&back.channel).await;
    screen.until("it is over").await;
    type_in(&back.channel, "echo $mine-$((6*7))\r").await;
    screen.until("kept-42").await;
    stage.program.stop().await;
}
