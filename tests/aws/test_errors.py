"""One failure has several names, by service, protocol and age; each name leads to the same fault."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from evwatch.aws.answers import HollowAnswerError, is_document
from evwatch.aws.errors import AwsError, aws_error, outcome_of
from evwatch.model.fault import FaultCode
from evwatch.model.usage import Outcome


def answer(code: str, message: str = "it says", status: int = 400, query_code: str | None = None) -> dict[str, Any]:
    error = {"Code": code, "Message": message} | ({"QueryErrorCode": query_code} if query_code else {})
    return {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}


def refused(code: str, message: str = "it says", status: int = 400, query_code: str | None = None) -> AwsError:
    error = sdk.ClientError(answer(code, message, status, query_code), "Operation")
    return aws_error(error, "sqs:ListQueues", "ops/here", "https://sqs.eu-west-1.amazonaws.com")


CODES: dict[FaultCode, list[str]] = {
    "throttled": [
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "SlowDown",
        "KMS.ThrottlingException",
        "KmsThrottled",
    ],
    "permission": [
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
        "KMS.AccessDeniedException",
        "KmsAccessDenied",
    ],
    "credentials": [
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "AuthFailure",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "IncompleteSignature",
        "RequestTimeTooSkewed",
    ],
    "not-found": [
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
        "ResourceNotFound",
        "NotFound",
    ],
    "aws": ["InvalidParameterValue", "MissingParameter", "OverLimit", "ValidationException", "InternalFailure"],
}


@pytest.mark.parametrize(("code", "expected"), [(code, kind) for kind, codes in CODES.items() for code in codes])
def test_a_code_is_known_as_legacy_code_and_as_shape_name(code: str, expected: FaultCode) -> None:
    for error in (refused(code), refused("SomethingElse", query_code=code)):
        assert (error.fault.code, error.fault.source, error.fault.context) == (expected, "sqs:ListQueues", "ops/here")
        assert code in error.codes


@pytest.mark.parametrize(
    ("code", "query_code", "words"),
    [
        ("KMS.AccessDeniedException", "KmsAccessDenied", ("no permission", "kms:Decrypt")),
        ("KMS.DisabledException", "KmsDisabled", ("key is disabled",)),
        ("KmsInvalidState", None, ("cannot be used in its state",)),
        ("KMS.NotFoundException", None, ("does not exist",)),
        ("OverLimit", None, ("in flight", "120,000")),
    ],
)
def test_a_key_or_a_limit_of_a_queue_is_named(code: str, query_code: str | None, words: tuple[str, ...]) -> None:
    fault = refused(code, query_code=query_code).fault
    assert all(word in str(fault) for word in words)
    assert "sqs:ListQueues" in fault.message


@pytest.mark.parametrize(
    ("code", "message", "sentence"),
    [
        ("SignatureDoesNotMatch", "Signature expired: 20261121T010000Z is now earlier than ...", "time"),
        ("SignatureDoesNotMatch", "Signature not yet current: ...", "time"),
        ("InvalidSignatureException", "Signature expired: 20261121T010000Z", "time"),
        ("RequestTimeTooSkewed", "The difference is too large.", "time"),
        ("SignatureDoesNotMatch", "The request signature we calculated does not match", "accept"),
    ],
)
def test_a_wrong_clock_is_told_apart_from_a_wrong_secret(code: str, message: str, sentence: str) -> None:
    fault = refused(code, message).fault
    assert (
        fault.message
        == {
            "time": "AWS refused the time of the signature",
            "accept": "AWS does not accept these credentials",
        }[sentence]
    )


@pytest.mark.parametrize(
    ("error", "code", "begins"),
    [
        (sdk.NoCredentialsError(), "credentials", "no AWS credentials were found"),
        (sdk.PartialCredentialsError(provider="env", cred_var="secret"), "credentials", "Partial credentials found"),
        (sdk.ProfileNotFound(profile="ops"), "credentials", "The config profile (ops) could not be found"),
        (sdk.TokenRetrievalError(provider="sso", error_msg="Token has expired"), "credentials", "Error when"),
        (sdk.SSOTokenLoadError(error_msg="Token for ops does not exist"), "credentials", "Error loading SSO Token"),
        (sdk.UnauthorizedSSOTokenError(), "credentials", "The SSO session associated with this profile has expired"),
        (sdk.RefreshWithMFAUnsupportedError(), "credentials", "the role needs a new MFA code"),
        (sdk.CredentialRetrievalError(provider="p", error_msg="no"), "credentials", "Error when retrieving"),
        (sdk.NoRegionError(), "region", "no usable AWS region is set"),
        (sdk.InvalidRegionError(region_name="e w"), "region", "no usable AWS region is set"),
        (sdk.ReadTimeoutError(endpoint_url="https://sts.x.amazonaws.com/"), "network", "no answer in time from https"),
        (sdk.ConnectTimeoutError(endpoint_url="https://a.b/"), "network", "no answer in time from https://a.b"),
        (TimeoutError(), "network", "no answer in time from https://sqs.eu-west-1.amazonaws.com"),
        (sdk.EndpointConnectionError(endpoint_url="https://c.d/x?y"), "network", "https://c.d cannot be reached"),
        (
            sdk.SSLError(endpoint_url="https://c.d/", error="self-signed"),
            "network",
            "the certificate of https://c.d is not",
        ),
        (sdk.ProxyConnectionError(proxy_url="http://p"), "network", "https://sqs.eu-west-1.amazonaws.com cannot"),
        (sdk.ConnectionClosedError(endpoint_url="https://c.d/"), "network", "https://c.d broke off the connection"),
        (ConnectionResetError(), "network", "https://sqs.eu-west-1.amazonaws.com cannot be reached"),
        (HollowAnswerError(), "network", "https://sqs.eu-west-1.amazonaws.com does not answer as AWS does"),
        (sdk.ParamValidationError(report="QueueUrl"), "aws", "sqs:ListQueues: Parameter validation failed"),
        (sdk.UnknownServiceError(service_name="x", known_service_names="y"), "aws", "sqs:ListQueues: Unknown service"),
    ],
)
def test_what_the_sdk_raises_becomes_a_sentence(error: Exception, code: FaultCode, begins: str) -> None:
    fault = aws_error(error, "sqs:ListQueues", "ops/here", "https://sqs.eu-west-1.amazonaws.com").fault
    assert (fault.code, fault.source, fault.context) == (code, "sqs:ListQueues", "ops/here")
    assert fault.message.startswith(begins)
    assert fault.hint


@pytest.mark.parametrize("defect", [KeyError("x"), AttributeError("x"), ZeroDivisionError(), ResponseParserError("x")])
def test_a_defect_stays_a_defect(defect: Exception) -> None:
    with pytest.raises(type(defect)):
        aws_error(defect, "sqs:ListQueues")


def test_an_error_of_evwatch_itself_passes_unchanged() -> None:
    error = refused("AccessDenied")
    assert aws_error(error, "sts:GetCallerIdentity") is error


def test_what_aws_says_is_cut_and_made_inert() -> None:
    message = refused("InvalidParameterValue", "a\x1b[31mb\x00\u202ec\n" + "x" * 1000).fault.message
    assert len(message) < 400
    assert message.startswith("sqs:ListQueues: InvalidParameterValue: a [31mb c xxx")
    assert not set(message) & set("\x1b\x00\u202e\n")


@pytest.mark.parametrize(
    ("code", "status", "unsupported"),
    [
        ("InvalidAction", 400, True),
        ("UnknownOperationException", 404, True),
        ("NotImplemented", 501, True),
        ("InternalFailure", 501, True),
        ("InternalFailure", 500, False),
        ("AccessDenied", 403, False),
        ("ValidationException", 400, False),
    ],
)
def test_an_endpoint_that_lacks_an_operation_is_known_by_its_word_for_it(
    code: str, status: int, unsupported: bool
) -> None:
    assert refused(code, status=status).unsupported is unsupported


@pytest.mark.parametrize(
    ("response", "failed", "outcome"),
    [
        ({"ResponseMetadata": {"HTTPStatusCode": 200}}, None, "ok"),
        (answer("RequestThrottled", status=403), None, "throttled"),
        (answer("AccessDenied", status=403), None, "denied"),
        (answer("InternalFailure", status=500), None, "failed"),
        (answer("InvalidAction"), None, "unsupported"),
        ({"ResponseMetadata": {"HTTPStatusCode": 503}}, None, "failed"),
        (None, ConnectionResetError(), "failed"),
    ],
)
def test_how_a_request_ended(response: dict[str, Any] | None, failed: Exception | None, outcome: Outcome) -> None:
    assert outcome_of(response, failed) == outcome


@pytest.mark.parametrize(
    ("protocol", "body", "document"),
    [
        ("json", b"{}", True),
        ("json", b'\n {"QueueUrls": []}', True),
        ("json", b"", False),
        ("json", b"  ", False),
        ("json", b"<html>", False),
        ("rest-json", b"{}", True),
        ("rest-json", b"<html>", False),
        ("smithy-rpc-v2-cbor", b"\xa0", True),
        ("smithy-rpc-v2-cbor", b"\xbf\xff", True),
        ("smithy-rpc-v2-cbor", b"<html>", False),
        ("smithy-rpc-v2-cbor", b"", False),
        ("query", b"<ListTopicsResponse/>", True),
        ("query", b"{}", False),
        ("query", b"", False),
    ],
)
def test_which_bodies_can_be_an_answer(protocol: str, body: bytes, document: bool) -> None:
    assert is_document({"body": body}, protocol) is document
