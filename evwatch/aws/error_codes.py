"""AWS's error codes by what they mean.

AWS names one failure differently by service and protocol, and the query-compatible services (SQS) give both a legacy
code and a shape name, so a failure is known by either (botocore: Error.Code and Error.QueryErrorCode).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from evwatch.model.fault import FaultCode


@dataclass(frozen=True, slots=True)
class Named:
    """A failure with words of its own."""

    code: FaultCode
    message: str
    hint: str


THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ProvisionedThroughputExceededException",
        "LimitExceededException",
        "SlowDown",
        "KmsThrottled",
        "KMS.ThrottlingException",
    }
)
DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
        "NotAuthorized",
        "OptInRequired",
    }
)
_USE_KEY = "allow kms:Decrypt on the queue's key, and kms:GenerateDataKey to send, in IAM and in the key's policy"
_NAMED: dict[str, Named] = {
    "KmsAccessDenied": Named("permission", "no permission to use the queue's KMS key", _USE_KEY),
    "KmsDisabled": Named("aws", "the queue's KMS key is disabled", "enable the key"),
    "KmsInvalidState": Named(
        "aws", "the queue's KMS key cannot be used in its state", "see whether it is to be deleted"
    ),
    "KmsNotFound": Named("aws", "the queue's KMS key does not exist", "give the queue a key that does"),
    "KmsInvalidKeyUsage": Named(
        "aws", "the queue's KMS key is not one that encrypts", "give the queue a symmetric key"
    ),
    "KmsOptInRequired": Named("aws", "the account may not use KMS", "subscribe the account to KMS"),
    "OverLimit": Named(
        "aws",
        "the queue has as many messages in flight as SQS allows (about 120,000)",
        "wait until its consumers have deleted or released some",
    ),
}
"""Failures of SQS that deserve words of their own, by shape name."""
_ON_THE_WIRE = {
    "KMS.AccessDeniedException": "KmsAccessDenied",
    "KMS.DisabledException": "KmsDisabled",
    "KMS.InvalidStateException": "KmsInvalidState",
    "KMS.NotFoundException": "KmsNotFound",
    "KMS.InvalidKeyUsageException": "KmsInvalidKeyUsage",
    "KMS.OptInRequired": "KmsOptInRequired",
}
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
INVALID = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "AuthFailure",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "IncompleteSignature",
    }
)
SKEWED = frozenset({"SignatureDoesNotMatch", "RequestTimeTooSkewed", "InvalidSignatureException"})
MISSING = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
        "ResourceNotFound",
        "NotFound",
        "NotFoundException",
    }
)
_NOT_IMPLEMENTED = "NotImplemented"
UNSUPPORTED = frozenset(
    {
        "InvalidAction",
        "UnknownOperationException",
        "UnknownOperation",
        "UnsupportedOperation",
        _NOT_IMPLEMENTED,
        "NotImplementedException",
    }
)

SIGNING_IN = frozenset({"AssumeRole", "AssumeRoleWithWebIdentity", "GetRoleCredentials", "CreateToken"})
"""Operations by which the SDK comes to credentials before it makes the call that was asked for."""


def response_codes(response: Mapping[str, Any]) -> frozenset[str]:
    """AWS's codes in a parsed error response.

    HTTP's 501 (RFC 9110, 15.6.2) is NotImplemented whatever else the response says: LocalStack says InternalFailure.
    """
    error = response.get("Error") or {}
    status = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode")
    named = frozenset(str(code) for code in (error.get("Code"), error.get("QueryErrorCode")) if code)
    return named | {_NOT_IMPLEMENTED} if status == HTTPStatus.NOT_IMPLEMENTED else named


def named_failure(codes: frozenset[str]) -> Named | None:
    """What deserves words of its own, by either of its names."""
    return next((found for code in sorted(codes) if (found := _NAMED.get(_ON_THE_WIRE.get(code, code)))), None)
