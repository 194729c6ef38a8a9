package dev.passgate.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/ui/",
        "/v1/statement",
        "/v1/statement/queued/20250701_101112_00042_abcde/y0a/1",
        "/v1/spooled/download/AZ-_0=",
        "/v1/spooled/download/AZ-_0%3D",
        "/ui/a.b/..c/.d/e../...",
        "/-._~!$&'()*+,=:@",
        "/%20%22%23%3C%3E%3F%5B%5D%5E%60%7B%7C%7D",
        "/%21%24%26%27%28%29%2A%2B%2C%3A%40",
        "/%C3%A9/%E2%82%AC/%F0%9F%98%80",
        "/a%20/b"
      })
  void acceptsTheOneWayToWriteIt(String path) {
    assertThat(CanonicalPath.isCanonical(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "v1/statement",
        "http://trino:8080/v1",
        "trino:8080",
        // dot segments
        "/.",
        "/..",
        "/./",
        "/../",
        "/v1/./info",
        "/v1/../info",
        "/v1/info/.",
        "/v1/info/..",
        "/v1/%2E%2E/info",
        "/v1/%2e/info",
        "/v1/.%2E/info",
        // empty segments
        "//",
        "//v1",
        "/v1//info",
        "/v1/info//",
        // parameters and other delimiters
        "/v1;a/info",
        "/v1/info;jsessionid=1",
        "/;",
        "/v1%3Binfo",
        "/v1%3binfo",
        "/v1\\info",
        "/v1%5Cinfo",
        "/v1%2Finfo",
        "/v1%2finfo",
        "/v1#info",
        "/v1?info",
        "/v1 info",
        "/v1\"",
        "/<",
        "/[",
        "/]",
        "/^",
        "/`",
        "/{",
        "/|",
        "/}",
        // escapes of the unreserved, in lower case, broken, or resolved twice
        "/v1/%73tatement",
        "/%7E",
        "/%2D",
        "/%41",
        "/%30",
        "/%5F",
        "/%3d",
        "/%c3%a9",
        "/%C3%a9",
        "/%",
        "/%2",
        "/%3",
        "/%G0",
        "/%0G",
        "/%+1",
        "/% 1",
        "/%252E",
        "/%25",
        "/%%33D",
        // controls
        "/%00",
        "/%0A",
        "/%0D",
        "/%1F",
        "/%7F",
        "/\u0000",
        "/a\nb",
        "/a\tb",
        "/\u007f",
        // not UTF-8, or overlong
        "/%80",
        "/%BF",
        "/%C0%AF",
        "/%C1%9C",
        "/%E0%80%AF",
        "/%F0%80%80%AF",
        "/%C3",
        "/%C3/%A9",
        "/%C3A9",
        "/%E2%82",
        "/%ED%A0%80",
        "/%F4%90%80%80",
        "/%F5%80%80%80",
        "/%FF",
        // not ASCII
        "/é",
        "/\u2215",
        "/\uff0f",
        "/v1/\u017ftatement"
      })
  void refusesEveryOther(String path) {
    assertThat(CanonicalPath.isCanonical(path)).isFalse();
  }
}
