# syntax=docker/dockerfile:1
# A Java 25 for the image, with what Java SE has and little more:
#
#   docker build -t passgate-runtime - < config/runtime.Dockerfile
#   docker build --build-arg RUNTIME=passgate-runtime -t passgate .
FROM eclipse-temurin:25-jdk AS jdk
# java.se: what is missing would be missed when a class is loaded, perhaps long after the start. Of the others: operating
# system figures, sockets' options, DNS by JNDI, Kerberos; recordings (JFR) and jcmd, for who has to look inside.
RUN jlink --output /runtime --strip-java-debug-attributes --no-header-files --no-man-pages \
      --add-modules java.se,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs

FROM debian:12-slim
COPY --from=jdk /runtime /opt/java
ENV JAVA_HOME=/opt/java \
    PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
