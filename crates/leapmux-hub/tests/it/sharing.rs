//! Organizations and shares: what members may do, what readers see and reach, and that both end at once.

use std::sync::Arc;

use leapmux_hub::{Caller, FeedItem, HubError, LayoutFeed, Leg, OrganizationService, SharingService};
use leapmux_hub_store::{OrgStore, Role, Sharing};
use leapmux_layout::{Code, Document, Snapshot};
use leapmux_types::relay_frame::{Body, Direction, Open, RelayFrame};
use leapmux_types::{ChannelUid, OrgId, UserId};

use crate::world::{World, caller, org, rename, worker, workspace};

struct Team {
    world: World,
    organizations: OrganizationService,
    sharing: SharingService,
    id: OrgId,
}

fn person(n: u128) -> UserId {
    caller(n).user
}
fn only(n: u128) -> Sharing {
    Sharing::Members([person(n)].into())
}

impl Team {
    /// A team of user 1, who is its owner, and user 2; workspace 1 is user 1's, with a tab on Worker 1.
    async fn new() -> Self {
        let world = World::new().await;
        let routes = Arc::new(world.relay.clone());
        let organizations =
            OrganizationService::new(world.store.clone(), world.layouts.clone(), routes.clone());
        let sharing = SharingService::new(world.store.clone(), world.layouts.clone(), routes);
        let id = organizations.create(&caller(1), " Crew ").await.expect("free").org.id;
        organizations.invite(&caller(1), &id, "User2", Role::Member).await.expect("there");
        let team = Self { world, organizations, sharing, id };
        team.world.workspaces.create(&caller(1), &team.id, &workspace(1), "shared").await.expect("room");
        team.world.add_tab(&caller(1), &team.id, &workspace(1), 1, &worker(1)).await;
        team
    }
    async fn share(&self, sharing: Sharing) {
        self.sharing.set(&caller(1), &workspace(1), sharing).await.expect("the owner");
    }
    async fn seen(&self, by: u128) -> usize {
        let snapshot = self.world.layouts.snapshot(&caller(by), &self.id).await.expect("a member");
        Document::load(&snapshot).workspace_ids().count()
    }
    async fn reaches(&self, user: u128) -> bool {
        self.world.workers.may_reach(&person(user), &worker(1)).await.expect("readable")
    }
}

async fn snapshot(feed: &mut LayoutFeed) -> Snapshot {
    match feed.next().await.expect("it goes on") {
        FeedItem::Materialized(snapshot) => snapshot,
        FeedItem::Event(event) => panic!("an event at {}", event.rev),
    }
}

#[tokio::test]
async fn membership_alone_shows_nothing_and_a_share_shows_one_workspace() {
    let team = Team::new().await;
    assert_eq!((team.seen(1).await, team.seen(2).await), (1, 0));
    assert!(!team.reaches(2).await, "nor is the Worker reached");
    team.share(only(2)).await;
    assert_eq!(team.seen(2).await, 1);
    assert!(team.reaches(2).await, "it hosts a tab of what is shared");
    let listed = team.world.workspaces.list(&caller(2), &team.id).await.expect("a member");
    assert_eq!((listed.len(), &listed[0].owner), (1, &person(1)));
    team.share(Sharing::AllMembers).await;
    assert_eq!(team.seen(2).await, 1);
    team.share(Sharing::Private).await;
    assert_eq!((team.seen(2).await, team.reaches(2).await), (0, false));
}

#[tokio::test]
async fn a_reader_hears_of_a_share_and_of_its_end() {
    let team = Team::new().await;
    let mut feed = team.world.layouts.watch(&caller(2), &team.id, None).await.expect("a member");
    assert!(snapshot(&mut feed).await.entities.is_empty());
    team.share(only(2)).await;
    let shared = snapshot(&mut feed).await;
    assert!(Document::load(&shared).workspace(&workspace(1)).is_some());
    team.world.workspaces.rename(&caller(1), &workspace(1), "renamed").await.expect("the owner");
    match feed.next().await.expect("it goes on") {
        FeedItem::Event(event) => assert_eq!((event.after, event.rev), (shared.rev, shared.rev + 1)),
        FeedItem::Materialized(snapshot) => panic!("a snapshot at {}", snapshot.rev),
    }
    team.share(Sharing::Private).await;
    assert!(snapshot(&mut feed).await.entities.is_empty());
}

#[tokio::test]
async fn who_comes_back_is_told_of_what_was_shared_meanwhile() {
    let team = Team::new().await;
    let mut feed = team.world.layouts.watch(&caller(2), &team.id, None).await.expect("a member");
    let before = snapshot(&mut feed).await.rev;
    drop(feed);
    team.share(only(2)).await;
    let mut feed = team.world.layouts.watch(&caller(2), &team.id, Some(before)).await.expect("a member");
    let again = snapshot(&mut feed).await;
    assert!(Document::load(&again).workspace(&workspace(1)).is_some(), "no batch tells of a share");
}

#[tokio::test]
async fn a_reader_changes_nothing() {
    let team = Team::new().await;
    team.share(only(2)).await;
    let refused = team.world.workspaces.rename(&caller(2), &workspace(1), "mine").await;
    assert!(matches!(refused, Err(HubError::PermissionDenied(_) | HubError::NotFound(_))), "{refused:?}");
    let batch = rename(7, 1, "mine");
    match team.world.layouts.submit(&caller(2), &team.id, batch).await.expect("served") {
        leapmux_hub::Submitted::Refused(refusal) => assert_eq!(refusal.code, Code::PermissionDenied),
        taken => panic!("{taken:?}"),
    }
    let foreign = team.sharing.set(&caller(2), &workspace(1), Sharing::AllMembers).await;
    assert!(matches!(foreign, Err(HubError::PermissionDenied(_))), "{foreign:?}");
    team.share(Sharing::Private).await;
    let unknown = team.sharing.get(&caller(2), &workspace(1)).await;
    assert!(matches!(unknown, Err(HubError::NotFound(_))), "it does not exist for others: {unknown:?}");
}

#[tokio::test]
async fn only_members_are_shared_with_and_the_owner_is_left_out() {
    let team = Team::new().await;
    let stranger = UserId::from_bits(99);
    let refused = team.sharing.set(&caller(1), &workspace(1), Sharing::Members([stranger].into())).await;
    assert!(matches!(&refused, Err(HubError::NotFound(told)) if told.ends_with("not found")), "{refused:?}");
    let both = Sharing::Members([person(1), person(2)].into());
    assert_eq!(team.sharing.set(&caller(1), &workspace(1), both).await.expect("the owner"), only(2));
}

#[tokio::test]
async fn who_is_removed_sees_and_reaches_nothing_any_more() {
    let team = Team::new().await;
    team.share(Sharing::AllMembers).await;
    let mut feed = team.world.layouts.watch(&caller(2), &team.id, None).await.expect("a member");
    snapshot(&mut feed).await;
    team.organizations.remove(&caller(1), &team.id, &person(2)).await.expect("an owner");
    let end = feed.next().await;
    assert!(matches!(end, Err(HubError::NotFound(_))), "{end:?}");
    assert!(!team.reaches(2).await);
    let refused = team.world.layouts.snapshot(&caller(2), &team.id).await;
    assert!(matches!(refused, Err(HubError::NotFound(_))), "{refused:?}");
}

/// The next frame, as the Hub sends it.
async fn frame(leg: &Leg, direction: Direction) -> String {
    let bytes = leg.next().await;
    match RelayFrame::parse(direction, &bytes).expect("well formed").body {
        Body::WorkerOpen(open) => String::from_utf8_lossy(open.grant).into_owned(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_readers_channel_ends_with_the_share() {
    let team = Team::new().await;
    team.share(only(2)).await;
    let relay = &team.world.relay;
    let (host, reader) = (relay.connect_worker(&worker(1)), relay.connect_client(&caller(2)));
    let to = worker(1);
    let open = Open {
        suite: 2,
        channel_uid: ChannelUid([1; 16]),
        key_id: [0; 8],
        worker_id: to.as_str(),
        msg1: &[1; 56],
    };
    reader.receive(&RelayFrame { channel: 1, body: Body::Open(open) }.encode()).expect("fine");
    let expected = format!("{} false [{} read]", person(2), workspace(1));
    assert_eq!(frame(&host, Direction::HubToWorker).await, expected);
    let accept = RelayFrame { channel: 1, body: Body::Accept { msg2: &[2; 56] } }.encode();
    host.receive(&accept).expect("fine");
    assert!(frame(&reader, Direction::HubToClient).await.starts_with("Accept"));
    team.share(Sharing::Private).await;
    for (leg, direction) in [(&host, Direction::HubToWorker), (&reader, Direction::HubToClient)] {
        let told = frame(leg, direction).await;
        assert!(told.starts_with("Close(not_allowed"), "{told}");
    }
}

#[tokio::test]
async fn a_deleted_organization_ends_its_streams() {
    let team = Team::new().await;
    let mut feed = team.world.layouts.watch(&caller(2), &team.id, None).await.expect("a member");
    snapshot(&mut feed).await;
    team.organizations.delete(&caller(1), &team.id).await.expect("an owner");
    assert!(feed.next().await.is_err());
    assert_eq!(team.world.store.org(&team.id).await.expect("readable"), None);
}

/// ACC-141: the matrix of roles, strangers and the Hub's administrator included.
#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    let everybody = ["stranger", "member", "admin", "owner"];
    let verbs = ["members", "rename", "invite", "change_role", "remove", "delete"];
    let allowed = |role: &str, verb: &str| match verb {
        "members" => role != "stranger",
        "delete" => role == "owner",
        _ => role == "admin" || role == "owner",
    };
    for role in everybody {
        for verb in verbs {
            let team = Team::new().await;
            let (id, orgs) = (&team.id, &team.organizations);
            let who = Caller { admin: false, ..caller(2) };
            match role {
                "stranger" => orgs.remove(&caller(1), id, &person(2)).await.expect("an owner"),
                "admin" => orgs.change_role(&caller(1), id, &person(2), Role::Admin).await.expect("an owner"),
                "owner" => orgs.change_role(&caller(1), id, &person(2), Role::Owner).await.expect("an owner"),
                _ => {}
            }
            let done = match verb {
                "members" => orgs.members(&who, id).await.map(drop),
                "rename" => orgs.rename(&who, id, "other").await.map(drop),
                "invite" => match orgs.invite(&who, id, "user1", Role::Member).await {
                    // The only other user is in it: what was refused is not the caller.
                    Err(HubError::AlreadyExists(_)) => Ok(()),
                    other => other.map(drop),
                },
                "change_role" => orgs.change_role(&who, id, &person(1), Role::Owner).await,
                "remove" => match orgs.remove(&who, id, &person(1)).await {
                    // An admin may ask; the last owner stays all the same.
                    Err(HubError::FailedPrecondition(_)) => Ok(()),
                    other => other,
                },
                _ => orgs.delete(&who, id).await,
            };
            assert_eq!(done.is_ok(), allowed(role, verb), "{role} {verb}: {done:?}");
            match (role, done) {
                ("stranger", Err(HubError::NotFound(_))) | (_, Ok(())) => {}
                ("member" | "admin", Err(HubError::PermissionDenied(_))) => {}
                (_, other) => panic!("{role} {verb}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn names_and_personal_organizations_are_guarded() {
    let team = Team::new().await;
    let orgs = &team.organizations;
    fn said<T>(refused: Result<T, HubError>) -> String {
        refused.map(drop).expect_err("refused").to_string()
    }
    assert_eq!(said(orgs.create(&caller(2), "crew").await), "organization name \"crew\" is already taken");
    assert_eq!(said(orgs.create(&caller(2), "user1").await), "organization name \"user1\" is already taken");
    assert_eq!(said(orgs.create(&caller(2), "solo").await), "\"solo\" is a reserved organization name");
    assert_eq!(
        said(orgs.create(&caller(2), "a b").await),
        "organization name must contain only letters, numbers, and hyphens"
    );
    let personal = said(orgs.rename(&caller(1), &org(1), "other").await);
    assert_eq!(personal, "cannot update a personal organization");
    assert_eq!(said(orgs.delete(&caller(1), &org(1)).await), "cannot delete a personal organization");
    assert_eq!(said(orgs.invite(&caller(1), &team.id, "nobody", Role::Member).await), "user not found");
}
