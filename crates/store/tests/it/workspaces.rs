use crate::place::{Place, at, conflict, new_id, new_workspace, random, workspace};
use crate::rows;
use smartbot_model::field::{FieldDefinition, FieldKind, FieldType};
use smartbot_model::token::{self, Token, TokenKind};
use smartbot_model::webhook::{EndpointState, EventSelection, OrderedBy, PayloadDetail, Signature};
use smartbot_model::{EventType, Phi, TokenId, WorkspaceId};
use smartbot_store::{
    Change, Defined, EndpointSecrets, Error, FieldRow, NameRow, OldSecret, ReplacedSecret, what,
};

pub(crate) async fn a_workspace_comes_back_as_it_was(place: Place) {
    let id = new_id!(WorkspaceId);
    let mut row = workspace(id, "Hillside");
    place
        .store
        .commit(id, vec![Change::CreateWorkspace(row.clone())])
        .await
        .unwrap();
    assert_eq!(place.store.workspace(id).await, Ok(Some(row.clone())));
    assert_eq!(
        place.store.workspace_by_name("Hillside").await,
        Ok(Some(row.clone()))
    );
    assert_eq!(place.store.workspaces().await.unwrap().len(), 2);
    row.name = "Hillside Clinic".to_owned();
    row.event_sequence = 5;
    row.settings.clear();
    place
        .store
        .commit(
            id,
            vec![Change::SaveWorkspace {
                workspace: row.clone(),
                expected_version: 1,
            }],
        )
        .await
        .unwrap();
    row.version = 2;
    assert_eq!(place.store.workspace(id).await, Ok(Some(row)));
    assert_eq!(place.store.workspace_by_name("Hillside").await, Ok(None));
    assert_eq!(place.store.workspace(new_id!(WorkspaceId)).await, Ok(None));
    place.store.ping().await.unwrap();
}

pub(crate) async fn two_workspaces_cannot_share_a_name(place: Place) {
    let id = new_id!(WorkspaceId);
    let result = place
        .store
        .commit(
            id,
            vec![Change::CreateWorkspace(workspace(id, "Riverside"))],
        )
        .await;
    assert_eq!(conflict(result), what::WORKSPACE);
    // Nor was its key remembered.
    let flag = Change::DefineFlag {
        name: "vip".to_owned(),
        at: at(0),
    };
    assert!(matches!(
        place.store.commit(id, vec![flag]).await,
        Err(Error::Invalid { .. })
    ));
}

pub(crate) async fn a_stale_workspace_is_not_saved(place: Place) {
    let row = place
        .store
        .workspace(place.workspace)
        .await
        .unwrap()
        .unwrap();
    let stale = vec![Change::SaveWorkspace {
        workspace: row.clone(),
        expected_version: 2,
    }];
    assert_eq!(place.conflict(stale).await, what::WORKSPACE_VERSION);
    let of_another = vec![Change::SaveWorkspace {
        workspace: workspace(new_id!(WorkspaceId), "x"),
        expected_version: 1,
    }];
    assert!(matches!(
        place.store.commit(place.workspace, of_another).await,
        Err(Error::Invalid { .. })
    ));
    assert_eq!(place.store.workspace(place.workspace).await, Ok(Some(row)));
}

pub(crate) async fn definitions_are_kept_once(place: Place) {
    let field = |name: &str, sensitive| FieldDefinition {
        name: name.to_owned(),
        kind: FieldKind::Variable,
        r#type: FieldType::DateTime,
        sensitive,
    };
    let flag = |name: &str| Change::DefineFlag {
        name: name.to_owned(),
        at: at(0),
    };
    let goal = |name: &str| Change::DefineGoal {
        name: name.to_owned(),
        at: at(0),
    };
    place
        .commit(vec![
            Change::DefineField(field("when", false)),
            Change::DefineField(field("Reason", true)),
        ])
        .await;
    place
        .commit(vec![
            Change::DefineField(field("when", true)),
            flag("vip"),
            flag("Crisis"),
            flag("vip"),
            goal("booked"),
            goal("booked"),
        ])
        .await;
    assert_eq!(
        place.store.fields(place.workspace).await,
        Ok(vec![field("Reason", true), field("when", true)])
    );
    assert_eq!(
        place.store.flags(place.workspace).await,
        Ok(vec!["Crisis".to_owned(), "vip".to_owned()])
    );
    assert_eq!(
        place.store.goals(place.workspace).await,
        Ok(vec!["booked".to_owned()])
    );
}

pub(crate) async fn definitions_are_described_and_removed(place: Place) {
    let field = FieldDefinition {
        name: "allergies".to_owned(),
        kind: FieldKind::Profile,
        r#type: FieldType::Text,
        sensitive: true,
    };
    let (name, at) = ("vip".to_owned(), at(3));
    place
        .commit(vec![
            Change::DefineField(field.clone()),
            Change::DefineFlag {
                name: name.clone(),
                at,
            },
            Change::DefineGoal {
                name: name.clone(),
                at,
            },
        ])
        .await;
    let all = [
        (Defined::Field, "allergies"),
        (Defined::Flag, "vip"),
        (Defined::Goal, "vip"),
    ];
    let describe = all.map(|(what, name)| Change::Describe {
        what,
        name: name.to_owned(),
        description: "As told.".to_owned(),
    });
    place.commit(describe.into()).await;
    // Defining it again changes no description.
    place.commit(vec![Change::DefineField(field.clone())]).await;
    let described = NameRow {
        name,
        description: "As told.".to_owned(),
        created_at: at,
    };
    let store = &place.store;
    let fields = store.field_rows(place.workspace).await.unwrap();
    assert_eq!(
        fields,
        [FieldRow {
            definition: field,
            description: "As told.".to_owned()
        }]
    );
    assert_eq!(
        store.flag_rows(place.workspace).await,
        Ok(vec![described.clone()])
    );
    assert_eq!(store.goal_rows(place.workspace).await, Ok(vec![described]));
    let undefine = all.map(|(what, name)| Change::Undefine {
        what,
        name: name.to_owned(),
    });
    place.commit(undefine.into()).await;
    assert_eq!(store.fields(place.workspace).await, Ok(vec![]));
    assert_eq!(store.flags(place.workspace).await, Ok(vec![]));
    assert_eq!(store.goals(place.workspace).await, Ok(vec![]));
}

pub(crate) async fn a_token_is_found_by_its_hash(place: Place) {
    let secret = token::generate("sbd_", &random());
    let mut row = Token {
        id: new_id!(TokenId),
        kind: TokenKind::DbUpdate,
        name: "Portal".to_owned(),
        expires_at: Some(at(1000)),
        read_only: true,
        allow_ips: vec![
            "10.1.0.0/16".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ],
        created_at: at(1),
        last_used_at: None,
        revoked_at: None,
    };
    let hash = token::hash(&secret);
    place
        .commit(vec![Change::InsertToken {
            token: row.clone(),
            hash,
        }])
        .await;
    assert_eq!(
        place.store.token_by_hash(&hash).await,
        Ok(Some((place.workspace, row.clone())))
    );
    assert_eq!(place.store.token_by_hash(&[0; 32]).await, Ok(None));
    assert_eq!(
        place
            .conflict(vec![Change::InsertToken {
                token: Token {
                    id: new_id!(TokenId),
                    ..row.clone()
                },
                hash
            }])
            .await,
        what::TOKEN
    );
    let (touch, revoke) = (
        |it| Change::TouchToken {
            id: row.id,
            at: at(it),
        },
        |it| Change::RevokeToken {
            id: row.id,
            at: at(it),
        },
    );
    place
        .commit(vec![touch(20), touch(10), revoke(30), revoke(40)])
        .await;
    row.last_used_at = Some(at(20));
    row.revoked_at = Some(at(30));
    assert_eq!(place.store.tokens(place.workspace).await, Ok(vec![row]));
    let unknown = new_id!(TokenId);
    place
        .commit(vec![Change::TouchToken {
            id: unknown,
            at: at(1),
        }])
        .await;
    assert_eq!(
        place
            .conflict(vec![Change::RevokeToken {
                id: unknown,
                at: at(1)
            }])
            .await,
        what::NO_TOKEN
    );
}

pub(crate) async fn an_endpoint_comes_back_as_it_was(place: Place) {
    let mut endpoint = rows::endpoint();
    let secrets = rows::secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let insert = Change::InsertEndpoint {
        endpoint: endpoint.clone(),
        secrets: secrets.clone(),
    };
    place.commit(vec![insert.clone()]).await;
    assert_eq!(
        place.store.endpoints(place.workspace).await,
        Ok(vec![endpoint.clone()])
    );
    assert_eq!(place.conflict(vec![insert]).await, what::ENDPOINT);
    endpoint.events = EventSelection::Some(vec![EventType::FlagAssigned, EventType::BoxReached]);
    endpoint.detail = PayloadDetail::IdsOnly;
    endpoint.state = EndpointState::Disabled;
    endpoint.url = "https://other.example/".to_owned();
    endpoint.description.clear();
    endpoint.filter.flags = vec!["vip".to_owned()];
    endpoint.ordered_by = Some(OrderedBy::User);
    endpoint.rate_per_second = Some(5);
    endpoint.timeout_seconds = 3;
    endpoint.signature = Signature::Both;
    endpoint.headers = vec![("x-key".to_owned(), "k".to_owned())];
    endpoint.disabled_reason = Some("gone".to_owned());
    place
        .commit(vec![Change::SaveEndpoint {
            endpoint: endpoint.clone(),
        }])
        .await;
    let stale = Change::SaveEndpoint {
        endpoint: endpoint.clone(),
    };
    assert_eq!(place.conflict(vec![stale]).await, what::ENDPOINT_REVISION);
    endpoint.revision += 1;
    assert_eq!(
        place.store.endpoints(place.workspace).await,
        Ok(vec![endpoint.clone()])
    );
    assert_eq!(
        place
            .store
            .endpoint_secrets(place.workspace, endpoint.id)
            .await,
        Ok(Some(secrets.clone()))
    );
    let rotated = EndpointSecrets {
        current: Phi::new("whsec_new".to_owned()),
        old: vec![OldSecret {
            secret: secrets.current,
            until: at(99),
        }],
        signing_key: Some(Phi::new([5; 32])),
    };
    let to_replace = async || {
        let read = place
            .store
            .endpoint_secrets_to_replace(place.workspace, endpoint.id);
        read.await.unwrap().unwrap().1
    };
    let replaces = to_replace().await;
    let save = |id, replaces: &ReplacedSecret| Change::SaveEndpointSecrets {
        id,
        secrets: rotated.clone(),
        replaces: replaces.clone(),
    };
    place.commit(vec![save(endpoint.id, &replaces)]).await;
    // Somebody else who had read the same.
    assert_eq!(
        place.conflict(vec![save(endpoint.id, &replaces)]).await,
        what::ENDPOINT_SECRET
    );
    assert_eq!(
        place
            .store
            .endpoint_secrets(place.workspace, endpoint.id)
            .await,
        Ok(Some(rotated.clone()))
    );
    assert_eq!(
        place
            .conflict(vec![save(rows::endpoint().id, &to_replace().await)])
            .await,
        what::ENDPOINT_SECRET
    );
    assert_eq!(
        place
            .store
            .endpoint_secrets(place.workspace, rows::endpoint().id)
            .await,
        Ok(None)
    );
    assert_eq!(
        place
            .conflict(vec![Change::SaveEndpoint {
                endpoint: rows::endpoint()
            }])
            .await,
        what::ENDPOINT_REVISION
    );
}

pub(crate) async fn a_secret_is_replaced_and_removed(place: Place) {
    let set = |name: &str, value: &str| Change::SetSecret {
        name: name.to_owned(),
        value: Phi::new(value.to_owned()),
        at: at(0),
    };
    place
        .commit(vec![set("insurer", "one"), set("Lab", "x")])
        .await;
    place.commit(vec![set("insurer", "two")]).await;
    assert_eq!(
        place.store.secret(place.workspace, "insurer").await,
        Ok(Some(Phi::new("two".to_owned())))
    );
    assert_eq!(
        place.store.secret_names(place.workspace).await,
        Ok(vec!["Lab".to_owned(), "insurer".to_owned()])
    );
    let remove = || Change::RemoveSecret {
        name: "insurer".to_owned(),
    };
    place.commit(vec![remove(), remove()]).await;
    assert_eq!(
        place.store.secret(place.workspace, "insurer").await,
        Ok(None)
    );
}

pub(crate) async fn what_belongs_to_another_workspace_does_not_exist(place: Place) {
    let (user, session) = rows::kept_session(&place).await;
    let endpoint = rows::endpoint();
    place
        .commit(vec![
            Change::AppendMessages {
                session_id: session.id,
                user_id: user.id,
                messages: vec![rows::message(1, "hi")],
            },
            Change::AppendTurn(rows::turn(session.id, 1, 1)),
            Change::InsertEndpoint {
                endpoint: endpoint.clone(),
                secrets: rows::secrets("s"),
            },
            Change::SaveAnswer(rows::answer(Some(user.id), "k")),
        ])
        .await;
    let other = new_workspace(&place.store, "Hillside").await;
    let store = &place.store;
    assert_eq!(store.user(other, user.id).await, Ok(None));
    assert_eq!(store.session(other, session.id).await, Ok(None));
    assert_eq!(store.turn(other, session.id).await, Ok(None));
    assert_eq!(store.messages(other, session.id, 0, 10).await, Ok(vec![]));
    assert_eq!(store.turns(other, session.id).await, Ok(vec![]));
    assert_eq!(store.endpoint_secrets(other, endpoint.id).await, Ok(None));
    assert_eq!(store.answer(other, "tok_1", "k").await, Ok(None));
    let save = Change::SaveSession {
        session: session.clone(),
        expected_version: 1,
    };
    // Its user is not known there.
    assert_eq!(
        crate::place::conflict(store.commit(other, vec![save]).await),
        what::NO_USER
    );
    assert_eq!(
        store.agents(new_id!(WorkspaceId), None, 9).await,
        Ok(vec![])
    );
}

pub(crate) async fn a_mac_depends_on_workspace_label_and_data(place: Place) {
    let other = new_workspace(&place.store, "Hillside").await;
    let store = &place.store;
    let mac = store
        .mac(place.workspace, "session", b"ses_1")
        .await
        .unwrap();
    assert_eq!(
        place
            .reopened()
            .await
            .mac(place.workspace, "session", b"ses_1")
            .await,
        Ok(mac)
    );
    assert_ne!(
        store.mac(place.workspace, "session", b"ses_2").await,
        Ok(mac)
    );
    assert_ne!(
        store.mac(place.workspace, "sessions", b"es_1").await,
        Ok(mac)
    );
    assert_ne!(store.mac(other, "session", b"ses_1").await, Ok(mac));
    assert!(matches!(
        store.mac(new_id!(WorkspaceId), "session", b"").await,
        Err(Error::Invalid { .. })
    ));
}
