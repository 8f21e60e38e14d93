"""Judges our Official Account with the independent client `wechatpy`.

    judge.py drive SANDBOX_URL     plays a merchant against the sandbox: tokens, OAuth, codes, messages, tickets, callbacks
    judge.py compare < job         writes the requests of our gateway again, and its signatures and encryption

Exits 0 and ends with the line "agreed" if both sides agree; says what differs otherwise.
"""

import json
from urllib.parse import parse_qs, urlsplit

import requests
from wechatpy import WeChatClient, parse_message
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException, WeChatClientException, WeChatOAuthException
from wechatpy.oauth import WeChatOAuth
from wechatpy.utils import check_signature

from judging import PATIENCE, Merchant, control, expect, judge, settings_of

BACK = "http://127.0.0.1:1/back?order=ord_1"
WECHAT = {"user-agent": "MicroMessenger/8.0.50"}


class Client(WeChatClient):
    """The client at another host: it has the host of tokens in its code."""

    def __init__(self, settings):
        self.host = settings["base_url"]
        self.API_BASE_URL = f"{self.host}/cgi-bin/"
        super().__init__(settings["appid"], settings["secret"])

    def fetch_access_token(self):
        params = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        return self._fetch_access_token(url=f"{self.host}/cgi-bin/token", params=params)


def oauth(settings, scope):
    person = WeChatOAuth(settings["appid"], settings["secret"], BACK, scope=scope, state="s1")
    person.API_BASE_URL = settings["base_url"] + "/"
    person.OAUTH_BASE_URL = settings["open_url"] + "/connect/"
    return person


def refused(act, errcode, what):
    try:
        outcome = act()
    except (WeChatClientException, WeChatOAuthException) as refusal:
        expect(refusal.errcode == errcode, f"{what}: {refusal}")
    else:
        expect(False, f"{what} was not refused: {outcome}")


def drive(sandbox):
    settings = settings_of(sandbox, "official_account")
    client = Client(settings)
    openid = identities(settings)
    pages(client)
    for mode in ("plain", "compatible", "safe"):
        followers(sandbox, settings, client, openid, mode)
    templates(sandbox, client, openid)
    pictures(settings, client)
    strangers(sandbox, settings)
    refused(lambda: Client({**settings, "secret": "0" * 32}).fetch_access_token(), 40125, "a wrong secret")
    refused(lambda: Client({**settings, "appid": "wx0000000000000000"}).fetch_access_token(), 40013, "a stranger")


def identities(settings):
    """The openid by way of the page, and what the person's token is good for."""
    for scope in ("snsapi_base", "snsapi_userinfo"):
        person = oauth(settings, scope)
        page = requests.get(person.authorize_url, headers=WECHAT, allow_redirects=False, timeout=PATIENCE)
        query = parse_qs(urlsplit(page.headers["location"]).query)
        expect((query["state"], query["order"]) == (["s1"], ["ord_1"]), f"the way back: {query}")
        granted = person.fetch_access_token(query["code"][0])
        expect(granted["scope"] == scope and granted["openid"].startswith("o"), f"the exchange: {granted}")
        refused(lambda: person.fetch_access_token(query["code"][0]), 40163, "a code a second time")
        expect(person.check_access_token(), "the person's token")
        expect(person.refresh_access_token(granted["refresh_token"])["openid"] == granted["openid"], "the refresh")
        if scope == "snsapi_userinfo":
            expect(person.get_user_info()["openid"] == granted["openid"], "the person")
        else:
            refused(person.get_user_info, 48001, "a person who was not asked")
    refused(lambda: person.fetch_access_token("unknown"), 40029, "an unknown code")
    return granted["openid"]


def pages(client):
    ticket = client.jsapi.get_ticket()
    expect(ticket["expires_in"] > 0 and client.jsapi.get_jsapi_ticket() == ticket["ticket"], f"the ticket: {ticket}")
    # The client gets another token by itself when this one is not good.
    client.session.set(client.access_token_key, "0" * 64)
    expect(client.jsapi.get_ticket()["ticket"] == ticket["ticket"], "a call after a stale token")


def followers(sandbox, settings, client, openid, mode):
    merchant = Merchant("/wechat", 200, b"success", check=lambda query: proved(settings, query)["echostr"].encode())
    control(sandbox, "official_account/callback", {"url": merchant.url, "mode": mode})
    template = settings["paid_template"]
    texts = {"order": "ord_1", "description": "茉莉花茶", "amount": "¥12.50", "time": "2026-01-01 08:00:00"}
    data = {template[name]: {"value": text} for name, text in texts.items()}
    send = lambda to=openid, template_id=template["id"], data=data: client.message.send_template(to, template_id, data)
    refused(send, 43004, "a message to nobody's follower")

    scene = {"expire_seconds": 600, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "ord_1]]>"}}}
    code = client.qrcode.create(scene)
    expect(code["url"].startswith("http://weixin.qq.com/q/") and code["expire_seconds"] == 600, f"the code: {code}")
    refused(lambda: client.qrcode.create({"action_name": "QR_STR_SCENE"}), 40053, "a code without a scene")
    control(sandbox, "official_account/scan", {"payload": code["url"]})
    control(sandbox, "official_account/follow", {})
    told = called_back(settings, merchant, mode)
    expect((told.event, told.scene_id, told.ticket, told.source) == ("subscribe_scan", "ord_1]]>", code["ticket"], openid), f"{told}")
    control(sandbox, "official_account/scan", {"payload": code["url"]})
    told = called_back(settings, merchant, mode)
    expect((told.event, told.scene_id, told.ticket) == ("scan", "ord_1]]>", code["ticket"]), f"{told}")

    sent = send()
    told = called_back(settings, merchant, mode)
    expect((told.event, told.id, told.status) == ("templatesendjobfinish", sent["msgid"], "success"), f"{told}, {sent}")
    refused(lambda: send(to="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"), 40003, "a message to a stranger")
    refused(lambda: send(template_id="x" * 43), 40037, "a message of another account")
    refused(lambda: send(data={}), 47003, "a message that says nothing")
    control(sandbox, "faults", {"wrong_signature_notification": True})
    control(sandbox, "official_account/scan", {"payload": code["url"]})
    try:
        called_back(settings, merchant, mode)
    except InvalidSignatureException:
        control(sandbox, "faults", {})
    else:
        expect(False, "a wrong signature must be refused")
    control(sandbox, "official_account/unfollow", {})
    expect(called_back(settings, merchant, mode).event == "unsubscribe", "the last event")


def templates(sandbox, client, openid):
    """The account's templates, and a message by one of them to somebody who consented to it."""
    expect(client.template.set_industry("13", "2")["errcode"] == 0, "the industries")
    expect(client.template.get_industry()["primary_industry"]["second_class"] == "快递", "the first industry")
    template = client.template.add("OPENTM200000003")
    listed = {entry["template_id"]: entry["title"] for entry in client.template.get_all_private_template()["template_list"]}
    expect(listed[template] == "订单发货通知" and len(listed) == 4, f"the templates: {listed}")
    data = {"character_string1": {"value": "ord_1"}, "phrase2": {"value": "顺丰"}, "const3": {"value": "已发货"}}
    send = lambda **more: client.message.send_subscribe_message(**{"openid": openid, "template_id": template, "data": data, **more})
    refused(send, 43101, "a message without consent")
    control(sandbox, "official_account/consent", {"template_id": template, "accepts": True})
    refused(lambda: send(page="pages/index"), 41030, "a page that is none")
    refused(lambda: send(data={**data, "const3": {"value": "lost"}}), 47003, "a value that is none of the template's")
    expect(send(page="https://shop.example/")["errcode"] == 0, "a message with consent")
    refused(send, 43101, "a second message by one consent")
    expect(client.template.del_private_template(template)["errcode"] == 0, "a template is removed")
    refused(lambda: client.template.del_private_template(template), 40037, "a template is removed twice")
    refused(lambda: client.template.add("TM00000"), 40037, "a template that the library has not")


def pictures(settings, client):
    """The picture of a code, where the client says that it is, but for the host."""
    code = client.qrcode.create({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 9}}})
    url = client.qrcode.get_url(code).replace("https://mp.weixin.qq.com", settings["base_url"])
    picture = requests.get(url, timeout=PATIENCE)
    expect((picture.status_code, picture.headers["content-type"]) == (200, "image/jpg"), f"the picture: {picture.headers}")
    expect(picture.content[:3] == b"\xff\xd8\xff" and picture.content[6:10] == b"JFIF", "the picture is a JPEG")
    expect(requests.get(url[:-3] + "x", timeout=PATIENCE).status_code == 404, "the picture of another ticket")


def strangers(sandbox, settings):
    """Who does not agree comes back without a code, and a virtual person is told as one."""
    page = lambda: requests.get(oauth(settings, "snsapi_userinfo").authorize_url, headers=WECHAT, allow_redirects=False, timeout=PATIENCE)
    back = lambda: parse_qs(urlsplit(page().headers["location"]).query)
    control(sandbox, "faults", {"oauth_refused": True})
    refusal = back()
    expect("code" not in refusal and refusal["state"] == ["s1"], f"refused: {refusal}")
    control(sandbox, "faults", {"snapshot_user": True})
    granted = oauth(settings, "snsapi_userinfo").fetch_access_token(back()["code"][0])
    expect(granted["is_snapshotuser"] == 1, f"a virtual person: {granted}")
    control(sandbox, "faults", {})


def proved(settings, query):
    check_signature(settings["token"], query["signature"], query["timestamp"], query["nonce"])
    return query


def called_back(settings, merchant, mode):
    """The next callback, proved and read in the way of its mode."""
    _, body = merchant.next()
    query = proved(settings, merchant.queries.get())
    if mode == "plain":
        expect(b"Encrypt" not in body and "msg_signature" not in query, f"plain: {body}")
        return parse_message(body)
    crypto = WeChatCrypto(settings["token"], settings["aes_key"], settings["appid"])
    opened = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    try:
        crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"] + "0")
    except InvalidSignatureException:
        pass
    else:
        expect(False, "a changed nonce must be refused")
    expect((b"FromUserName" in body) == (mode == "compatible"), f"{mode}: {body}")
    return parse_message(opened)


def compare(job):
    settings = job["settings"]
    person = oauth(settings, "snsapi_base")
    person.redirect_uri = job["redirect_url"]
    expect(person.authorize_url == job["authorize_url"], f"the page of OAuth: ours {job['authorize_url']}, theirs {person.authorize_url}")
    client = Client(settings)
    client.session.set(client.access_token_key, job["token"])
    client.expires_at = 2**40
    page = job["page"]
    theirs = client.jsapi.get_jsapi_signature(page["nonceStr"], job["ticket"], page["timestamp"], job["page_url"])
    expect(theirs == page["signature"], f"the page's signature: {theirs} instead of {page['signature']}")
    asked(client, job)
    crypto = PrpCrypto(WeChatCrypto(settings["token"], settings["aes_key"], settings["appid"]).key)
    crypto.get_random_string = lambda: job["prefix"]
    sealed = crypto.encrypt(job["message"], settings["appid"]).decode()
    expect(sealed == job["sealed"], f"encrypted: ours {job['sealed']}, theirs {sealed}")
    whole = WeChatCrypto(settings["token"], settings["aes_key"], settings["appid"])
    opened = whole.decrypt_message({"Encrypt": sealed}, job["msg_signature"], job["timestamp"], job["nonce"])
    expect(opened == job["message"], f"opened: {opened}")


def asked(client, job):
    """What the client would send for the same wish: method, address and members."""
    sent = []

    class Recorder:
        def request(self, method, url, params=None, data=b"", **_):
            prepared = requests.Request(method, url, params=params).prepare()
            sent.append((method.upper(), prepared.url, json.loads(data or b"null")))
            raise requests.ConnectionError

        def get(self, url, params):
            return self.request("GET", url, params=params)

    client._http = Recorder()
    person = oauth(job["settings"], "snsapi_base")
    person._http = client._http
    told = job["told"]
    scene = {"expire_seconds": 3600, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": job["scene"]}}}
    acts = {
        "ticket": lambda: client.jsapi.get_ticket(),
        "scene": lambda: client.qrcode.create(scene),
        "message": lambda: client.message.send_template(told["openid"], told["template"], told["data"], url=told["url"]),
        "exchange": lambda: person.fetch_access_token(job["code"]),
    }
    for name, act in acts.items():
        try:
            act()
        except requests.ConnectionError:
            pass
        except (WeChatClientException, WeChatOAuthException):
            pass
        method, url, body = sent.pop()
        ours = job["requests"][name]
        query = lambda text: (urlsplit(text)[:3], parse_qs(urlsplit(text).query))
        expect((method, query(url)) == (ours["method"], query(ours["url"])), f"{name}: ours {ours}, theirs {method} {url}")
        if name == "exchange":
            expect(url == ours["url"], f"{name}, to the byte: ours {ours['url']}, theirs {url}")
        for member in (body or {}):
            # What the client does not know (a name of the message) is ours alone; what it sends empty, we leave out.
            if body[member]:
                expect(body[member] == ours["body"][member], f"{name}.{member}: ours {ours['body'][member]}, theirs {body[member]}")
    # The client knows the older endpoint alone, which asks the same in its query.
    try:
        client.fetch_access_token()
    except (requests.ConnectionError, WeChatClientException):
        pass
    _, url, _ = sent.pop()
    theirs = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    ours = job["requests"]["token"]
    expect({**theirs, "force_refresh": True} == ours["body"], f"the token: ours {ours}, theirs {theirs}")


judge(__doc__, drive=drive, compare=compare)
